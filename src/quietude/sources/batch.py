"""Raw records on their way in: texts in columns, as the source has them, and what could not be read as a record."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

LINE = "_line"
FILE = "_file"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One stretch of a file that is no record."""

    line: int
    """Line (text) or row (sheet, list) it begins at, from 1."""
    reason: str
    """Code: "columns_too_few", "columns_too_many", "record_too_long", "binary", "encoding", "quote_open"."""
    detail: dict[str, str | int] = field(default_factory=dict)
    """Numbers and names the reason's sentence needs, such as expected and found."""
    raw: str = ""
    """Beginning of the stretch, at most 2,000 characters; not yet freed of personal data."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawBatch:
    """Records of one file, in its order."""

    file: str
    """Name of the file, without folders."""
    file_number: int
    """Position of the file in the source's reading order, from 0."""
    frame: pl.DataFrame
    """One String column per column of the source (null where empty), then `_line` (UInt32)."""
    problems: tuple[Problem, ...] = ()
    is_last: bool = False
    """Whether the file ends here."""
    fraction: float = 0.0
    """Share of all the source's bytes read so far, 0 to 1."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the names of the source's own columns."""
        return tuple(name for name in self.frame.columns if name != LINE)


class SourceError(ValueError):
    """A source's file cannot be read at all; the message names file, place and remedy."""

    def __init__(self, message: str, *, code: str, **detail: str | int) -> None:
        super().__init__(message)
        self.code = code
        """Short name of what is wrong: "missing", "empty", "header_only", "encoding", "format", "columns"."""
        self.detail = detail
