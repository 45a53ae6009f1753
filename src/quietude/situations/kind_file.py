"""Kinds of situations as files: YAML whole, CSV of the steps; each way there and back without loss."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML

from quietude.situations.kind import SituationKind, check_name
from quietude.situations.sheet import Answer, Sheet
from quietude.sources.api import Fault, ManifestError, Marks, faults_of, plain, read_yaml

READY = Path(__file__).parent / "ready"
"""Kinds of the trade, for every town; one of the town's own of the same name stands in its place."""
TEXT_MAX = 100_000
COLUMNS = ("key", "text_fr", "text_en", "detail_fr", "detail_en", "mandatory", "within", "answers", "next")
YES = {"yes", "oui", "true", "vrai", "1", "x"}
NO = {"", "no", "non", "false", "faux", "0"}


def load_kind(path: Path) -> SituationKind:
    """Return the kind of a file.

    Raises:
        ManifestError: it cannot be used; each fault names its line, the value and a remedy.
    """
    try:
        check_name(path.stem)
    except ValueError as error:
        raise ManifestError(path, [Fault(1, 1, str(error))]) from error
    document, marks = read_yaml(path)
    try:
        return SituationKind.model_validate(plain(document))
    except ValidationError as error:
        raise ManifestError(path, faults_of(error, SituationKind, marks)) from error


def load_kinds(folder: Path) -> dict[str, SituationKind]:
    """Return the ready kinds and those of a town's folder by name, the town's own in the place of ready ones.

    Raises:
        ManifestError: one cannot be used.
    """
    paths = {path.stem: path for place in (READY, folder / "situations") for path in sorted(place.glob("*.yml"))}
    return {name: load_kind(path) for name, path in sorted(paths.items())}


def kind_from_yaml(text: str, name: str) -> SituationKind:
    """Return the kind that a text says.

    Raises:
        ManifestError: it cannot be used; the faults name lines of the text.
    """
    if len(text) > TEXT_MAX:
        raise ManifestError(Path(f"{name}.yml"), [Fault(1, 1, f"longer than {TEXT_MAX:,} characters")])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.yml"
        path.write_text(text, encoding="utf-8")
        try:
            return load_kind(path)
        except ManifestError as error:
            raise ManifestError(Path(f"{name}.yml"), error.faults) from error


def kind_to_yaml(kind: SituationKind) -> str:
    """Return the text of a kind, without what is as usual."""
    writer = YAML()
    writer.width = 10_000  # texts stay on their line
    writer.default_flow_style = False
    out = io.StringIO()
    writer.dump(kind.model_dump(mode="json", by_alias=True, exclude_defaults=True), out)
    return out.getvalue()


def steps_to_csv(sheet: Sheet) -> str:
    """Return the steps as a table, one a row; answers as `key: fr / en -> next`, parted by `;`."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow(COLUMNS)
    for step in sheet.steps:
        said = [answer_line(answer) for answer in step.answers]
        table.writerow(
            [
                step.key, step.text.fr, step.text.en,
                step.detail.fr if step.detail is not None else "", step.detail.en if step.detail is not None else "",
                "yes" if step.mandatory else "no", step.within or "", "; ".join(said), step.next,
            ]
        )  # fmt: skip
    return out.getvalue()


def answer_line(answer: Answer) -> str:
    """Return an answer as a line of a form or a table: `yes: Oui / Yes -> step`."""
    return f"{answer.key}: {_bare(answer.text.fr)} / {_bare(answer.text.en)} -> {answer.next}".rstrip(" ->")


def _bare(text: str) -> str:
    return text.replace(";", ",").replace(" / ", ", ").replace("->", "→")


def sheet_from_csv(content: bytes, name: str) -> Sheet:
    """Return the sheet of a table: UTF-8 or Windows-1252, parted by `,` or `;`, as spreadsheets write them.

    Raises:
        ManifestError: it cannot be used; the faults name its lines.
    """
    path = Path(name)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    if len(text) > TEXT_MAX:
        raise ManifestError(path, [Fault(1, 1, f"longer than {TEXT_MAX:,} characters")])
    first = text.partition("\n")[0]
    reader = csv.DictReader(io.StringIO(text), delimiter=";" if first.count(";") > first.count(",") else ",")
    missing = [column for column in ("key", "text_fr", "text_en") if column not in (reader.fieldnames or ())]
    if missing:
        raise ManifestError(path, [Fault(1, 1, f"no column {missing[0]!r}; known: {', '.join(COLUMNS)}")])
    steps, lines, faults = [], [], []
    for row in reader:
        try:
            steps.append(_step(row))
            lines.append(reader.line_num)
        except ValueError as error:
            faults.append(Fault(reader.line_num, 1, str(error)))
    if faults:
        raise ManifestError(path, faults)
    try:
        return Sheet.model_validate({"steps": steps})
    except ValidationError as error:
        found = faults_of(error, Sheet, Marks({}))
        places = [problem["loc"] for problem in error.errors()]
        at = [lines[place[1]] if len(place) > 1 and isinstance(place[1], int) else 1 for place in places]
        raise ManifestError(
            path, [Fault(line, 1, fault.message) for line, fault in zip(at, found, strict=True)]
        ) from error


def _step(row: dict[str, str | None]) -> dict[str, Any]:
    def cell(name: str) -> str:
        return (row.get(name) or "").strip()

    mandatory = cell("mandatory").lower()
    if mandatory not in YES | NO:
        raise ValueError(f"mandatory: expected yes or no, not {cell('mandatory')!r}")
    step: dict[str, Any] = {
        "key": cell("key"),
        "text": {"fr": cell("text_fr"), "en": cell("text_en") or cell("text_fr")},
        "mandatory": mandatory in YES,
        "answers": [answer_of(part) for part in cell("answers").split(";") if part.strip()],
        "next": cell("next"),
    }
    if cell("detail_fr"):
        step["detail"] = {"fr": cell("detail_fr"), "en": cell("detail_en") or cell("detail_fr")}
    if cell("within"):
        step["within"] = cell("within")
    return step


def answer_of(text: str) -> dict[str, Any]:
    """Return what a line of `answer_line` says, as values of a file.

    Raises:
        ValueError: it has no colon.
    """
    key, colon, rest = text.partition(":")
    if not colon:
        raise ValueError(f"answers: expected `yes: Oui / Yes -> step`, not {text.strip()!r}")
    words, _, following = rest.partition("->")
    fr, _, en = words.partition(" / ")
    return {
        "key": key.strip(),
        "text": {"fr": fr.strip(), "en": en.strip() or fr.strip()},
        "next": following.strip(),
    }
