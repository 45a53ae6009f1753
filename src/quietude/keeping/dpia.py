"""The impact assessment (RGPD art. 35), as the JSON that the CNIL's PIA tool exports and imports (LINCnil/pia).

The shape is the tool's own: `pia`, `answers`, `measures`, `evaluations`, `comments`. Answers refer to the numbers of
its questionnaire; risks 32, 33 and 34 have impacts, threats, sources, measures, severity and likelihood in that order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict
from ruamel.yaml import YAML

from quietude.keeping.census import Census
from quietude.keeping.register import Processing, register_of
from quietude.sources.api import Town

LANGUAGE = "fr"
"""The questionnaire is the French authority's; its answers are French."""
TEXT_QUESTIONS = (111, 112, 113, 121, 122, 123, 211, 212, 213, 214, 215, 221, 222, 223, 224, 225, 226, 227)
LISTS = ("impacts", "threats", "sources", "measures")
GAUGES = ("severity", "likelihood")
IN_EDITION = 0  # status of an assessment that people still write


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Pia(_Part):
    """The head of an assessment."""

    id: int = 1
    name: str
    category: str
    status: int = IN_EDITION
    is_example: Literal[0] = 0
    is_archive: Literal[0] = 0
    progress: float = 0.0
    author_name: str
    evaluator_name: str
    validator_name: str
    structure_id: str = ""
    created_at: datetime
    updated_at: datetime


class AnswerData(_Part):
    """What was answered: HTML for a text, a list of words for tags, 1 to 4 for a gauge."""

    text: str | None = None
    gauge: Literal[1, 2, 3, 4] | None = None
    list: tuple[str, ...] = ()


class Answer(_Part):
    """The answer to one question, by its number."""

    id: int
    pia_id: int = 1
    reference_to: int
    data: AnswerData
    created_at: datetime


class Measure(_Part):
    """One protective measure; risks refer to it by its title."""

    id: int
    pia_id: int = 1
    title: str
    content: str
    placeholder: str = ""
    created_at: datetime


class Assessment(_Part):
    """A whole assessment, as the tool reads and writes it. Evaluations and comments are people's."""

    pia: Pia
    answers: tuple[Answer, ...]
    measures: tuple[Measure, ...]
    evaluations: tuple[dict[str, Any], ...] = ()
    comments: tuple[dict[str, Any], ...] = ()


def assess(town: Town, census: Census, *, at: datetime) -> Assessment:
    """Return the draft of a town's assessment, made from its register.

    Args:
        town: the town.
        census: the census of fields.
        at: when it is made (aware).
    """
    register = register_of(town, census, LANGUAGE)
    words = _words()
    values = _values(town, register)
    answers: list[tuple[int, AnswerData]] = [
        (question, AnswerData(text=_said(words["answers"][question], values))) for question in TEXT_QUESTIONS
    ]
    for number, risk in words["risks"].items():
        first = int(number) * 10
        answers += [(first + at_, AnswerData(list=tuple(risk[name]))) for at_, name in enumerate(LISTS, start=1)]
        answers += [
            (first + at_, AnswerData(text=_html([risk[name][1]]), gauge=risk[name][0]))
            for at_, name in enumerate(GAUGES, start=1 + len(LISTS))
        ]
    officer = register[0].officer if register else ""
    return Assessment(
        pia=Pia(
            name=f"Quiétude – {town.title.say(LANGUAGE)}",
            category=words["category"],
            author_name=values["controller"],
            evaluator_name=officer,
            validator_name=values["controller"],
            created_at=at,
            updated_at=at,
        ),
        answers=tuple(
            Answer(id=place, reference_to=question, data=data, created_at=at)
            for place, (question, data) in enumerate(answers, start=1)
        ),
        measures=tuple(
            Measure(id=place, title=title, content=_html([content]), created_at=at)
            for place, (title, content) in enumerate(words["measures"].items(), start=1)
        ),
    )


def to_json(assessment: Assessment) -> str:
    """Return the file that the tool imports."""
    return assessment.model_dump_json(indent=2)


def from_json(text: str | bytes) -> Assessment:
    """Return the assessment that such a file holds.

    Raises:
        pydantic.ValidationError: the file is no assessment of this shape.
    """
    return Assessment.model_validate_json(text)


@cache
def _words() -> Mapping[str, Any]:
    text = files("quietude.keeping").joinpath("dpia.yml").read_text(encoding="utf-8")
    document: Mapping[str, Any] = YAML(typ="safe", pure=True).load(text)
    return document


def _said(template: str, values: Mapping[str, str]) -> str:
    name = template.removeprefix("{").removesuffix("}")
    if template == f"{{{name}}}":  # one value alone: it is HTML already
        return values[name]
    return _html([template.format_map(values)])


def _values(town: Town, register: Sequence[Processing]) -> dict[str, str]:
    sources = [entry for entry in register if entry.is_source]
    first = register[0]
    return {
        "town": town.title.say(LANGUAGE),
        "titles": " ; ".join(entry.title for entry in register),
        "controller": first.controller,
        "officer": first.officer,
        "owners": ", ".join(dict.fromkeys(entry.owner for entry in sources)),
        "data": _html(f"{entry.title} : {entry.categories}. Destinataires : {entry.recipients}." for entry in register),
        "purposes": _html(f"{entry.title} : {entry.purpose}" for entry in register),
        "bases": _html(f"{entry.title} : {entry.basis} ({entry.regime})" for entry in register),
        "durations": _html(f"{entry.title} : {entry.duration}" for entry in register),
        "notices": _html(f"{entry.title} : {entry.informed or 'aucune information déclarée'}" for entry in register),
    }


def _html(paragraphs: Iterable[str]) -> str:
    return "".join(f"<p>{escape(text, quote=False)}</p>" for text in paragraphs)
