"""CSV, TSV and every other delimited text: the dialect found out, the records parsed by Polars."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from quietude.sources.batch import SourceError
from quietude.sources.read_spec import ReadSpec
from quietude.sources.readers.blocks import Block, Dialect, cut_records, examine, first_record_end
from quietude.sources.readers.naming import column_names
from quietude.sources.readers.piece import Piece, with_lines
from quietude.sources.readers.stream import TextStream

SEPARATORS = (",", ";", "\t", "|")


@dataclass(frozen=True, slots=True)
class Beginning:
    """What the first records of a file tell: how to read the rest."""

    dialect: Dialect
    names: list[str]
    size: int
    """Bytes before the first record."""


def read_delimited(path: Path, read: ReadSpec) -> Iterator[Piece]:
    """Yield the records of one delimited text, block by block; the first piece is there even when no record is.

    Raises:
        SourceError: the file is empty, damaged, or not in the encoding it should be.
    """
    stream = TextStream(path, encoding=read.encoding)
    quote = ord(read.quote) if read.quote is not None else None
    line, beginning = 1, None
    for cut in cut_records(_with_newlines(stream.chunks()), quote, read.max_record_bytes):
        data, problems = cut.data, []
        if cut.problem is not None:
            problems.append(replace(cut.problem, line=line))
        elif beginning is None:
            beginning = _begin(data, path, read, stream.encoding)
            line += data.count(b"\n", 0, beginning.size)
            data = data[beginning.size :]
        if beginning is None:
            raise SourceError(
                f"{path}:1: the first line has no end within {read.max_record_bytes} bytes; this is no delimited text",
                code="format", file=path.name,
            )  # fmt: skip
        block = examine(data, line, beginning.dialect, is_odd=cut.is_odd)
        frame = _parse(block, beginning, read)
        if frame is None:
            block = examine(data, line, beginning.dialect, is_odd=True)
            frame = _parse(block, beginning, read)
        if frame is None:
            raise SourceError(
                f"{path}:{line}: quotes from this line on cannot be followed; declare the right `quote`",
                code="format", file=path.name, line=line,
            )  # fmt: skip
        line += cut.line_ends if cut.problem is not None else data.count(b"\n")
        yield Piece(frame, (*problems, *block.problems), stream.bytes_read)
    if beginning is None:
        raise SourceError(f"{path}: the file is empty", code="empty", file=path.name)


def _with_newlines(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the chunks with line feeds where the file ends its lines by carriage returns alone."""
    first = next(chunks, b"")
    is_old = b"\n" not in first and b"\r" in first
    yield first.replace(b"\r", b"\n") if is_old else first
    for chunk in chunks:
        yield chunk.replace(b"\r", b"\n") if is_old else chunk


def _begin(data: bytes, path: Path, read: ReadSpec, encoding: str) -> Beginning:
    size = 0
    for _ in range(read.skip):
        size = data.find(b"\n", size) + 1
        if size == 0:
            raise SourceError(f"{path}: skip: {read.skip}, but the file is shorter", code="empty", file=path.name)
    while data[size : size + 1] in {b"\n", b"\r"}:
        size += 1
    if size >= len(data):
        raise SourceError(f"{path}: the file holds no record", code="empty", file=path.name)
    quote = ord(read.quote) if read.quote is not None else None
    first = data[size : size + first_record_end(data[size:], quote)]
    if b"\0" in first:
        raise SourceError(
            f"{path}: null bytes in the header: this is no text; declare the right `format` or `encoding`",
            code="format",
            file=path.name,
        )
    text = first.decode("utf-8", "replace").rstrip("\r\n")
    separator = read.separator or max(SEPARATORS, key=lambda mark: len(_fields(text, mark, read.quote)))
    fields = _fields(text, separator, read.quote)
    if not read.header and len(read.names) != len(fields):
        raise SourceError(
            f"{path}: {len(fields)} columns in the first record, {len(read.names)} names in the manifest",
            code="columns",
            file=path.name,
        )
    dialect = Dialect(ord(separator), quote, len(fields), read.max_record_bytes, encoding)
    return Beginning(
        dialect, column_names(fields if read.header else read.names), size + (len(first) if read.header else 0)
    )


def _fields(text: str, separator: str, quote: str | None) -> list[str]:
    return next(_csv(io.StringIO(text, newline=""), separator, quote), [])


def _csv(text: io.StringIO, separator: str, quote: str | None) -> Iterator[list[str]]:
    if quote is None:
        return csv.reader(text, delimiter=separator, quoting=csv.QUOTE_NONE)
    return csv.reader(text, delimiter=separator, quotechar=quote)


def _parse(block: Block, beginning: Beginning, read: ReadSpec) -> pl.DataFrame | None:
    """Return the records of a block, or None when their quotes are not what their separators let expect."""
    schema = dict.fromkeys(beginning.names, pl.String)
    if not len(block.lines):
        return with_lines(pl.DataFrame(schema=schema), block.lines)
    try:
        frame = pl.read_csv(
            block.data,
            has_header=False,
            schema=schema,
            separator=chr(beginning.dialect.separator),
            quote_char=read.quote,
            null_values=list(read.empty) or None,
        )
    except pl.exceptions.ComputeError:
        return None
    return with_lines(frame, block.lines) if frame.height == len(block.lines) else None
