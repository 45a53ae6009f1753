"""Templates of reports: towns/<name>/reports/*.yml, and the ones of the package where a town has none of that name."""

from __future__ import annotations

import re
import string
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from quietude.portal.town import installation
from quietude.sources.api import Label, ManifestError, faults_of, plain, read_yaml

USUAL = Path(__file__).parent / "reports"
Shown = Literal["people", "figures", "entries", "handover", "instructions", "word"]
WORDS = {"service", "watch", "begins", "ends", "chief", "signer", "signed"}
"""What a text of a template may name in braces."""
_NAME = re.compile(r"[a-z][a-z0-9-]{0,38}")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Block(_Part):
    """One part of a report: a text of the template, or something of the shift."""

    title: Label | None = Field(default=None, description="Heading.")
    text: Label | None = Field(default=None, description="A text; words in braces are filled in.")
    show: Shown | None = Field(
        default=None, description="people, figures, entries, handover, instructions, or word (what the signer adds)."
    )

    @model_validator(mode="after")
    def _is_one_thing(self) -> Block:
        if (self.text is None) == (self.show is None):
            raise ValueError("show: a block has either `text` or `show`")
        return self

    @field_validator("text")
    @classmethod
    def _is_filled(cls, text: Label | None) -> Label | None:
        for said in (text.fr, text.en) if text is not None else ():
            try:
                used = {name for _, name, _, _ in string.Formatter().parse(said) if name is not None}
            except ValueError as error:
                raise ValueError(f"braces that do not pair in {said!r}") from error
            if used - WORDS:
                raise ValueError(f"{{{min(used - WORDS)}}} is not known; there are {', '.join(sorted(WORDS))}")
        return text


class ReportTemplate(_Part):
    """How a report is made up."""

    title: Label = Field(description="Name on screens and at its head.")
    kind: Literal["report", "statement"] = Field(description="Which numbers it takes: reports and statements apart.")
    number: str = Field(description="How its number is written: `RV-{year}-{number:05}`.")
    about: Literal["shift", "entry"] = Field(default="shift", description="A whole shift, or one entry of it.")
    blocks: tuple[Block, ...] = Field(min_length=1, description="Its parts, in order.")

    @field_validator("number")
    @classmethod
    def _numbers(cls, text: str) -> str:
        try:
            used = {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
            made = text.format(year=2000, number=1)
        except (ValueError, KeyError, IndexError) as error:
            raise ValueError(f"expected a text such as RV-{{year}}-{{number:05}}, not {text!r}") from error
        if used != {"year", "number"} or re.fullmatch(r"[A-Za-z0-9_-]{1,60}", made) is None:
            raise ValueError(f"expected a text such as RV-{{year}}-{{number:05}}, not {text!r}")
        return text


def read_template(path: Path) -> ReportTemplate:
    """Return the template of a file.

    Raises:
        ManifestError: it cannot be used; line, column and remedy are named.
    """
    content, marks = read_yaml(path)
    try:
        return ReportTemplate.model_validate(plain(content))
    except ValidationError as error:
        raise ManifestError(path, faults_of(error, ReportTemplate, marks)) from error


@cache
def templates() -> dict[str, ReportTemplate]:
    """Return the templates by name, the town's own in place of the package's.

    Raises:
        ManifestError: a file cannot be used, or two that count together write numbers alike for different kinds.
    """
    own = installation().town_dir / "reports"
    files = {path.stem: path for folder in (USUAL, own) for path in sorted(folder.glob("*.yml"))}
    found = {name: read_template(path) for name, path in files.items() if _NAME.fullmatch(name)}
    written: dict[str, tuple[str, str]] = {}
    for name, template in found.items():
        kind, other = written.setdefault(template.number, (template.kind, name))
        if kind != template.kind:
            raise ValueError(f"{files[name]}: {template.number!r} is the number of {other} too, of another kind")
    return found
