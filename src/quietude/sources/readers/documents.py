"""JSON documents and lines of JSON: nested names joined by dots, lists kept as JSON text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import polars as pl

from quietude.sources.batch import Problem, SourceError
from quietude.sources.read_spec import ReadSpec
from quietude.sources.readers.blocks import SHOWN, cut_records
from quietude.sources.readers.piece import Piece, with_lines
from quietude.sources.readers.spreadsheet import blanked
from quietude.sources.readers.stream import TextStream


def read_json(path: Path, read: ReadSpec) -> Iterator[Piece]:
    """Yield the records of one JSON document: a list, or the list that `records` leads to.

    Raises:
        SourceError: the document is no JSON, or holds no list where it should.
    """
    data = b"".join(TextStream(path, encoding=read.encoding).chunks())
    try:
        document = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise SourceError(
            f"{path}:{error.lineno}:{error.colno}: not JSON: {error.msg}",
            code="format",
            file=path.name,
            line=error.lineno,
        ) from error
    for step in (read.records or "").split(".") if read.records else ():
        if not isinstance(document, dict) or step not in document:
            keys = sorted(document) if isinstance(document, dict) else type(document).__name__
            raise SourceError(
                f"{path}: records: {read.records!r} leads nowhere at {step!r}; found {keys}",
                code="format",
                file=path.name,
            )
        document = document[step]
    if not isinstance(document, list):
        raise SourceError(
            f"{path}: expected a list of records, found {type(document).__name__}; state the way to it in `records`",
            code="format",
            file=path.name,
        )
    frame, problems = tabulate(document, range(1, len(document) + 1))
    yield Piece(blanked(frame, read, frame.columns[:-1]), tuple(problems), path.stat().st_size)


def read_json_lines(path: Path, read: ReadSpec) -> Iterator[Piece]:
    """Yield the records of a file of one JSON object a line; a line that is none is a problem of that line alone."""
    stream = TextStream(path, encoding=read.encoding)
    first_line = 1
    for cut in cut_records(stream.chunks(), None, read.max_record_bytes):
        if cut.problem is not None:
            yield Piece(tabulate([], [])[0], (replace(cut.problem, line=first_line),), stream.bytes_read)
        else:
            frame, problems = tabulate_lines(cut.data, first_line)
            yield Piece(blanked(frame, read, frame.columns[:-1]), tuple(problems), stream.bytes_read)
        first_line += cut.line_ends


def tabulate_lines(data: bytes, first_line: int) -> tuple[pl.DataFrame, list[Problem]]:
    """Return lines of JSON as columns of text, and the lines that are no objects; empty lines are passed over."""
    records: list[Any] = []
    lines: list[int] = []
    problems: list[Problem] = []
    for line, text in enumerate(data.splitlines(), start=first_line):
        if not text.strip():
            continue
        try:
            record = orjson.loads(text)
        except orjson.JSONDecodeError:
            problems.append(Problem(line=line, reason="not_a_record", raw=text[:SHOWN].decode("utf-8", "replace")))
            continue
        records.append(record)
        lines.append(line)
    frame, found = tabulate(records, lines)
    return frame, [*problems, *found]


def tabulate(records: Sequence[Any], lines: Sequence[int]) -> tuple[pl.DataFrame, list[Problem]]:
    """Return objects as columns of text, in the order their names first come, and the items that are no objects."""
    rows: list[dict[str, str | None]] = []
    kept: list[int] = []
    problems: list[Problem] = []
    for record, line in zip(records, lines, strict=True):
        if isinstance(record, dict):
            rows.append(dict(_flat(record, "")))
            kept.append(line)
        else:
            problems.append(Problem(line=line, reason="not_a_record", raw=orjson.dumps(record)[:SHOWN].decode()))
    names = list(dict.fromkeys(name for row in rows for name in row))
    columns = {name: [row.get(name) for row in rows] for name in names}
    return with_lines(pl.DataFrame(columns, schema=dict.fromkeys(names, pl.String)), kept), problems


def _flat(record: dict[str, Any], prefix: str) -> Iterator[tuple[str, str | None]]:
    for key, value in record.items():
        if isinstance(value, dict) and value:
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", as_text(value)


def as_text(value: Any) -> str | None:
    """Return a JSON value as text: strings as they are, nothing for null and the empty string, the rest as JSON."""
    if value is None or value == "":
        return None
    return value if isinstance(value, str) else orjson.dumps(value).decode()
