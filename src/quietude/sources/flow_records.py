"""Records that come by themselves: one JSON object a line, whatever door they came by and whatever form they had."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from quietude.sources.batch import LINE, RawBatch, SourceError
from quietude.sources.flow_spec import FlowSpec
from quietude.sources.forms.cap import CapAlert, read_cap
from quietude.sources.forms.ngsi_ld import read_notification
from quietude.sources.forms.problem import FormError
from quietude.sources.manifest import Manifest
from quietude.sources.read import read_file
from quietude.sources.read_spec import FileForm, ReadSpec
from quietude.sources.readers.documents import tabulate_lines
from quietude.sources.readers.spreadsheet import blanked_by

AT_ONCE = 2_000
"""Records of a file that are handed over together."""
LINES_ENDINGS = frozenset({".ndjson", ".jsonl", ".ldjson"})
MESSAGE_BYTES = 64 * 1024 * 1024
"""Largest file that holds one message; tables are read piece by piece, however large."""


class BodyError(ValueError):
    """What was sent holds no records; the message says where and what to do."""


class NothingError(BodyError):
    """What was sent is of the right form, and there is no record in it."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What one message brought: lines of JSON, and how many; or alerts that belong to chains."""

    lines: bytes
    records: int
    alerts: tuple[CapAlert, ...] = ()
    """Where there are some, `lines` are not: what becomes of an alert depends on its chain."""


def read_message(body: bytes, flow: FlowSpec, *, language: str, is_lines: bool = False) -> Sent:
    """Return the records of a message of the form that the source says.

    `language` ("fr") is the one of the town, for alerts in several.

    Raises:
        BodyError: the message is not of that form, or nothing is in it.
    """
    try:
        if flow.form == "cap":
            alerts = read_cap(body, language=language)
            return Sent(b"", len(alerts), tuple(alerts))
        if flow.form == "ngsi-ld":
            return sent_of(read_notification(body))
    except FormError as error:
        raise BodyError(str(error)) from error
    return read_body(body, is_lines=is_lines, records=flow.records)


def sent_of(records: list[Any]) -> Sent:
    """Return records as lines of JSON."""
    return Sent(b"".join(orjson.dumps(each) + b"\n" for each in records), len(records))


def read_body(body: bytes, *, is_lines: bool, records: str | None = None) -> Sent:
    """Return the records of a message: lines of JSON, or one document that is an object or a list.

    `records` is the path of the list in the document, such as "result.items". A line that is no object is kept: it is
    set aside with its reason when the records are filed.

    Raises:
        BodyError: the document cannot be read, or nothing is in it.
    """
    if is_lines:
        lines = [line for line in body.splitlines() if line.strip()]
    else:
        try:
            document: Any = orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise BodyError(f"line {error.lineno}, column {error.colno}: not JSON: {error.msg}") from error
        document = _within(document, records)
        lines = [orjson.dumps(each) for each in (document if isinstance(document, list) else [document])]
    if not lines:
        raise NothingError("there is no record; send a JSON object, a list of objects, or one object a line")
    return Sent(b"\n".join(lines) + b"\n", len(lines))


def _within(document: Any, path: str | None) -> Any:
    for step in path.split(".") if path else ():
        if not isinstance(document, dict) or step not in document:
            found = sorted(document)[:20] if isinstance(document, dict) else type(document).__name__
            raise BodyError(f"the records should be at {path!r}; there is no {step!r}, found {found}")
        document = document[step]
    return document


def read_delivery(path: Path, manifest: Manifest, *, language: str) -> Iterator[Sent]:
    """Yield what a file brought, at most `AT_ONCE` records at a time; the file's ending says lines of JSON and `.gz`.

    Raises:
        BodyError: the file is not of the form that the source says, from some place on.
    """
    flow = manifest.flow or FlowSpec()
    form = form_of_files(manifest)
    if form is None:
        if path.stat().st_size > MESSAGE_BYTES:
            raise BodyError(f"more than {MESSAGE_BYTES // 2**20} MiB: cut it into several files, or send a table")
        is_lines = path.suffix in LINES_ENDINGS
        sent = read_message(path.read_bytes(), flow, language=language, is_lines=is_lines)
        lines = sent.lines.splitlines(keepends=True)
        if sent.alerts:
            yield sent
        for begin in range(0, len(lines), AT_ONCE):
            piece = lines[begin : begin + AT_ONCE]
            yield Sent(b"".join(piece), len(piece))
        return
    try:
        for batch in read_file(path, ReadSpec(path=(path.name,), **form.model_dump()), batch_rows=AT_ONCE):
            yield _sent_of_batch(batch)
    except SourceError as error:
        kind = NothingError if error.code in {"empty", "header_only"} else BodyError
        raise kind(str(error).replace(str(path), path.name)) from error


def form_of_files(manifest: Manifest) -> FileForm | None:
    """Return how the files of a flow are written as tables; None where each holds a message."""
    flow = manifest.flow
    if flow is None or flow.form != "json":
        return None
    tables = [read for read in manifest.read if isinstance(read, ReadSpec)]
    if flow.files is not None or not tables:
        return flow.files
    return FileForm.model_validate(tables[0].model_dump(exclude={"path"}))


def read_downloaded(body: bytes, name: str, manifest: Manifest, *, language: str) -> Iterator[Sent]:
    """Yield what an answer of another server brought, as `read_delivery`; `name` is the last part of its address.

    Raises:
        BodyError: it is not of the form that the source says.
    """
    with tempfile.TemporaryDirectory(prefix="quietude-pull-") as folder:
        path = Path(folder) / (name or "answer")
        path.write_bytes(body)
        yield from read_delivery(path, manifest, language=language)


def _sent_of_batch(batch: RawBatch) -> Sent:
    """Return records of a table; what is none is kept as a text, which is set aside when the records are filed."""
    columns = [name for name in batch.frame.columns if name != LINE]
    rows: list[Any] = batch.frame.select(columns).to_dicts()
    return sent_of([*rows, *(problem.raw for problem in batch.problems)])


def flow_batch(manifest: Manifest, lines: bytes, name: str) -> RawBatch:
    """Return lines of JSON as raw records of a source; `name` stands where a file's name would."""
    frame, problems = tabulate_lines(lines, 1)
    frame = blanked_by(frame, _empty(manifest), [column for column in frame.columns if column != LINE])
    return RawBatch(file=name, file_number=0, frame=frame, problems=tuple(problems), is_last=True, fraction=1.0)


def _empty(manifest: Manifest) -> tuple[str, ...]:
    files = [read for read in manifest.read if isinstance(read, ReadSpec)]
    if manifest.flow is not None and manifest.flow.empty:
        return manifest.flow.empty
    return files[0].empty if files else ()
