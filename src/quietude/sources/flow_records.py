"""Records that come by themselves: one JSON object a line, whatever door they came by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson

from quietude.sources.batch import RawBatch
from quietude.sources.manifest import Manifest
from quietude.sources.read_spec import ReadSpec
from quietude.sources.readers.documents import tabulate_lines
from quietude.sources.readers.spreadsheet import blanked_by


class BodyError(ValueError):
    """What was sent holds no records; the message says where and what to do."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What one message brought: lines of JSON, and how many."""

    lines: bytes
    records: int


def read_body(body: bytes, *, is_lines: bool) -> Sent:
    """Return the records of a message: lines of JSON, or one document that is an object or a list.

    A line that is no object is kept: it is set aside with its reason when the records are filed.

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
        lines = [orjson.dumps(each) for each in (document if isinstance(document, list) else [document])]
    if not lines:
        raise BodyError("there is no record; send a JSON object, a list of objects, or one object a line")
    return Sent(b"\n".join(lines) + b"\n", len(lines))


def flow_batch(manifest: Manifest, lines: bytes, name: str) -> RawBatch:
    """Return lines of JSON as raw records of a source; `name` stands where a file's name would."""
    frame, problems = tabulate_lines(lines, 1)
    files = [read for read in manifest.read if isinstance(read, ReadSpec)]
    empty = (
        manifest.flow.empty if manifest.flow is not None and manifest.flow.empty else files[0].empty if files else ()
    )
    frame = blanked_by(frame, empty, frame.columns[:-1])
    return RawBatch(file=name, file_number=0, frame=frame, problems=tuple(problems), is_last=True, fraction=1.0)
