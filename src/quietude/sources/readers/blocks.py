"""Delimited text cut into whole records, each with its line number; what is no record is told apart."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from quietude.sources.batch import Problem
from quietude.sources.readers.stream import REPLACEMENT

NEWLINE = 10
SHOWN = 2_000  # characters of a sick stretch worth keeping


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a delimited text is written. `quote` None: no quoting."""

    separator: int
    quote: int | None
    columns: int
    max_record_bytes: int
    encoding: str = "utf-8"

    @property
    def is_decoded(self) -> bool:
        """Tell whether the text was in another encoding: then U+FFFD marks a loss, else it is the source's own."""
        return self.encoding != "utf-8"


@dataclass(slots=True)
class Block:
    """Whole records with the right number of columns, as bytes that any CSV parser reads alike."""

    data: bytes
    lines: npt.NDArray[np.uint32]
    """Line each record begins at."""
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Cut:
    """Whole records, or a line whose quotes do not end in reach (`is_odd`), or one too long to hold."""

    data: bytes = b""
    is_odd: bool = False
    problem: Problem | None = None

    @property
    def line_ends(self) -> int:
        """Return how many lines of the file this covers."""
        return 1 if self.problem is not None else self.data.count(b"\n")


def cut_records(chunks: Iterator[bytes], quote: int | None, max_record_bytes: int) -> Iterator[Cut]:
    """Yield the text in stretches of whole records; a record that is too long is left at its first line end.

    Memory stays below two chunks and `max_record_bytes`, whatever the length of a line.
    """
    rest = b""
    for chunk in chunks:
        rest += chunk
        end = last_record_end(rest, quote)
        while end or len(rest) > max_record_bytes:
            if end:
                yield Cut(rest[:end])
                rest = rest[end:]
            else:
                cut, rest = _leave_line(rest, chunks, max_record_bytes)
                yield cut
            end = last_record_end(rest, quote)
    if rest and not rest.endswith(b"\n"):
        rest += b"\n"
    while rest:
        end = last_record_end(rest, quote)
        if end:
            yield Cut(rest[:end])
            rest = rest[end:]
        else:
            cut, rest = _leave_line(rest, iter(()), max_record_bytes)
            yield cut


def _leave_line(rest: bytes, chunks: Iterator[bytes], limit: int) -> tuple[Cut, bytes]:
    """Leave the line that `rest` begins with, to its end however far; return what it was, and what follows it."""
    shown = rest[:SHOWN].decode("utf-8", "replace").split("\n")[0]
    end = rest.find(b"\n")
    if 0 <= end <= limit:
        return Cut(rest[: end + 1], is_odd=True), rest[end + 1 :]
    size = 0
    while end < 0:
        size += len(rest)
        rest = next(chunks, b"")
        end = rest.find(b"\n") if rest else 0
    detail: dict[str, str | int] = {"limit": limit, "bytes": size + end}
    return Cut(problem=Problem(line=0, reason="record_too_long", detail=detail, raw=shown)), rest[end + 1 :]


def last_record_end(data: bytes, quote: int | None) -> int:
    """Return the offset after the last line end outside quotes, 0 when there is none."""
    end = data.rfind(b"\n")
    if quote is None or end < 0:
        return end + 1
    before = data.count(quote, 0, end)  # quotes before the line end: an odd number opens a text that goes on
    while end >= 0 and before % 2:
        previous = data.rfind(b"\n", 0, end)
        before -= data.count(quote, max(previous, 0), end)
        end = previous
    return end + 1


def first_record_end(data: bytes, quote: int | None) -> int:
    """Return the offset after the first line end outside quotes, the length of `data` when there is none."""
    end = data.find(b"\n")
    while end >= 0 and quote is not None and data.count(quote, 0, end) % 2:
        end = data.find(b"\n", end + 1)
    return end + 1 if end >= 0 else len(data)


def _outside(array: npt.NDArray[np.uint8], marks: npt.NDArray[np.int64], quote: int) -> npt.NDArray[np.int64]:
    """Return the marks (rising offsets) that do not stand between quotes (a doubled one closes and opens again)."""
    quotes = np.flatnonzero(array == quote)
    since_last = np.bincount(np.searchsorted(marks, quotes), minlength=len(marks))[: len(marks)]
    is_outside: npt.NDArray[np.bool_] = np.cumsum(since_last) % 2 == 0
    return marks[is_outside]


def examine(data: bytes, first_line: int, dialect: Dialect, *, is_odd: bool = False) -> Block:
    """Return a block of the records of `data` that have the right columns, and the others as problems.

    `is_odd` reads them one by one, as the standard library does strictly: for quotes that no column count explains.
    """
    array = np.frombuffer(data, dtype=np.uint8)
    is_end = array == NEWLINE
    is_mark = is_end | (array == dialect.separator)
    marks = np.flatnonzero(is_mark)
    if dialect.quote is not None and data.find(dialect.quote) >= 0:
        marks = _outside(array, marks, dialect.quote)
    ends = marks[dialect.columns - 1 :: dialect.columns]
    is_whole = (
        len(marks) == len(ends) * dialect.columns and bool(is_end[ends].all()) and int(is_end[marks].sum()) == len(ends)
    )
    if is_odd:
        ended = marks if is_end[marks].any() else np.flatnonzero(is_end)
        return _sort_out(data, ended, is_end, first_line, dialect, is_odd=True)
    if is_whole and b"\0" not in data and _is_text(data, dialect):
        return Block(data, _line_numbers(is_end, ends, first_line))
    return _sort_out(data, marks, is_end, first_line, dialect)


def _is_text(data: bytes, dialect: Dialect) -> bool:
    if data.isascii():
        return True
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return not (dialect.is_decoded and REPLACEMENT in data)


def _line_numbers(
    is_end: npt.NDArray[np.bool_], ends: npt.NDArray[np.int64], first_line: int
) -> npt.NDArray[np.uint32]:
    if int(is_end.sum()) == len(ends):
        return np.arange(first_line, first_line + len(ends), dtype=np.uint32)
    all_ends = np.flatnonzero(is_end)
    before = np.searchsorted(all_ends, ends)  # line ends strictly before the record's own
    return np.concatenate([[first_line], first_line + 1 + before[:-1]]).astype(np.uint32)


def _sort_out(
    data: bytes,
    marks: npt.NDArray[np.int64],
    is_end: npt.NDArray[np.bool_],
    first_line: int,
    dialect: Dialect,
    *,
    is_odd: bool = False,
) -> Block:
    """Part the healthy records of a block from the others, which are read again one by one."""
    ends = marks[is_end[marks]]
    starts = np.concatenate([[0], ends[:-1] + 1])
    counts = np.diff(np.concatenate([[-1], np.flatnonzero(is_end[marks])]))  # separators and the end itself
    lines = _line_numbers(is_end, ends, first_line)
    is_sick = (counts != dialect.columns) | is_odd
    for suspect in _suspects(data, dialect):
        is_sick[np.searchsorted(ends, suspect)] = True
    problems: list[Problem] = []
    pieces: list[bytes] = []
    kept_lines: list[npt.NDArray[np.uint32]] = []
    begin = 0
    for index in [*np.flatnonzero(is_sick).tolist(), len(ends)]:
        if index > begin:
            pieces.append(data[starts[begin] : ends[index - 1] + 1])
            kept_lines.append(lines[begin:index])
        begin = index + 1
        if index < len(ends):
            saved, saved_lines, found = _second_reading(
                data[starts[index] : ends[index] + 1], int(lines[index]), dialect
            )
            pieces.append(saved)
            kept_lines.append(np.array(saved_lines, dtype=np.uint32))
            problems.extend(found)
    return Block(b"".join(pieces), np.concatenate([*kept_lines, np.array([], dtype=np.uint32)]), problems)


def _suspects(data: bytes, dialect: Dialect) -> list[int]:
    """Return offsets of null bytes and of bytes that are not UTF-8, at least one per record that has any."""
    found = []
    at = data.find(b"\0")
    while at >= 0:
        found.append(at)
        at = data.find(b"\0", at + 1)
    at = data.find(REPLACEMENT) if dialect.is_decoded else -1
    while at >= 0:
        found.append(at)
        at = data.find(REPLACEMENT, at + 1)
    at = 0
    while at < len(data):
        try:
            data[at:].decode("utf-8") if at else data.decode("utf-8")
        except UnicodeDecodeError as error:
            found.append(at + error.start)
            following = data.find(b"\n", at + error.start)
            at = following + 1 if following >= 0 else len(data)
        else:
            break
    return found


def _second_reading(record: bytes, line: int, dialect: Dialect) -> tuple[bytes, list[int], list[Problem]]:
    """Read one sick record strictly: a blank line is nothing; lines that a stray quote swallowed are given back."""
    if not record.strip():
        return b"", [], []
    reason = _why(record, dialect)
    if reason in {None, "quote_open"} and (whole := _spelt_out(record, dialect)) is not None:
        return whole, [line], []
    physical = record.rstrip(b"\r\n").split(b"\n")
    if len(physical) == 1:
        return b"", [], [_problem(record, line, reason, dialect)]
    saved: list[bytes] = []
    saved_lines: list[int] = []
    problems: list[Problem] = []
    for number, text in enumerate(physical, start=line):
        spelt = _spelt_out(text, dialect) if text.strip() and b"\0" not in text and _is_text(text, dialect) else None
        if spelt is not None:
            saved.append(spelt)
            saved_lines.append(number)
        elif text.strip():
            problems.append(_problem(text, number, _why(text, dialect), dialect))
    return b"".join(saved), saved_lines, problems


def _spelt_out(record: bytes, dialect: Dialect) -> bytes | None:
    """Return a record with every text quoted, or None when it is not exactly one record of the right columns."""
    text = io.StringIO(record.decode("utf-8", "replace"), newline="")
    separator, quote = chr(dialect.separator), chr(dialect.quote) if dialect.quote is not None else None
    try:
        if quote is None:
            rows = list(csv.reader(text, delimiter=separator, quoting=csv.QUOTE_NONE, strict=True))
        else:
            rows = list(csv.reader(text, delimiter=separator, quotechar=quote, strict=True))
    except csv.Error:
        return None
    if len(rows) != 1 or len(rows[0]) != dialect.columns:
        return None
    if quote is None:
        return record.rstrip(b"\r\n") + b"\n"
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=separator, quotechar=quote, quoting=csv.QUOTE_ALL, lineterminator="\n").writerow(
        rows[0]
    )
    return written.getvalue().encode()


def _why(record: bytes, dialect: Dialect) -> str | None:
    if b"\0" in record:
        return "binary"
    if not _is_text(record, dialect):
        return "encoding"
    if dialect.quote is not None and record.count(dialect.quote) % 2:
        return "quote_open"
    found = _count(record, dialect)
    if found == dialect.columns:
        return None
    return "columns_too_few" if found < dialect.columns else "columns_too_many"


def _count(record: bytes, dialect: Dialect) -> int:
    array = np.frombuffer(record, dtype=np.uint8)
    marks = np.flatnonzero(array == dialect.separator)
    if dialect.quote is not None and record.find(dialect.quote) >= 0:
        marks = _outside(array, marks, dialect.quote)
    return len(marks) + 1


def _problem(record: bytes, line: int, reason: str | None, dialect: Dialect) -> Problem:
    detail: dict[str, str | int] = {}
    if reason in {"columns_too_few", "columns_too_many"}:
        detail = {"expected": dialect.columns, "found": _count(record, dialect)}
    elif reason == "encoding":
        detail = {"encoding": dialect.encoding}
    shown = record[:SHOWN].decode("utf-8", "replace").rstrip("\r\n")
    return Problem(line=line, reason=reason or "quote_open", detail=detail, raw=shown)
