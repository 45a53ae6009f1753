"""What the columns of a file hold: how many cells are filled, how many values differ, which are frequent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from quietude.ingest.evaluate import text_of
from quietude.sources.api import LINE, ReadSpec, SourceError, read_file

SAMPLES = 6  # values shown beside a column: enough to recognise it, few enough for one line
HEAD_ROWS = 400  # rows kept to try readings of times on
VALUES_MAX = 3000  # different values of a column whose rows are counted; more is no list of words
SHOWN = 120  # characters of a sample
TOTALS = r"(?i)^\s*(?:sous-?|grand )?total"
"""How the line begins that sums a table up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a file."""

    name: str
    filled: int
    """Rows in which something is written."""
    distinct: int
    """Different values."""
    longest: int
    """Characters of the longest value."""
    mean_length: float
    samples: tuple[str, ...]
    """Frequent values first, cut at `SHOWN` characters. As the source has them: personal data."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A file as a whole. `head` are its first rows, one text per cell, "" where empty."""

    rows: int
    problems: int
    """Stretches that are no record."""
    columns: tuple[Column, ...]
    head: dict[str, tuple[str, ...]]
    totals_column: str | None
    """Column whose last value begins with "total": the last line sums the table up."""

    def column(self, name: str) -> Column:
        """Return one column.

        Raises:
            KeyError: the file has no such column.
        """
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


@dataclass(slots=True)
class _Counting:
    filled: int = 0
    longest: int = 0
    letters: int = 0
    values: Counter[str] = field(default_factory=Counter)
    is_full: bool = False
    hashes: list[pl.Series] = field(default_factory=list)
    """Of the different values of each batch: 8 bytes each, so that keys of a million rows are told apart."""


def profile_of(path: Path, read: ReadSpec) -> Profile:
    """Return what a file holds; it is read once, batch by batch.

    Raises:
        SourceError: the file cannot be read so, or holds no record.
    """
    counted: dict[str, _Counting] = {}
    rows = problems = 0
    head, last = pl.DataFrame(), pl.DataFrame()
    for batch in read_file(path, read):
        rows += batch.frame.height
        problems += len(batch.problems)
        if not batch.frame.height:
            continue
        if head.is_empty():
            head = batch.frame.head(HEAD_ROWS)
        last = batch.frame.tail(1)
        for name in batch.columns:
            _count(counted.setdefault(name, _Counting()), batch.frame.select(value=text_of(name))["value"])
    if not rows:
        raise SourceError(f"{path.name}: there is no record below the header", code="header_only", file=path.name)
    columns = tuple(_column(name, counting, head) for name, counting in counted.items())
    texts = {name: tuple(cell or "" for cell in head[name].to_list()) for name in counted if name in head.columns}
    return Profile(rows=rows, problems=problems, columns=columns, head=texts, totals_column=_totals(last))


def _count(counting: _Counting, values: pl.Series) -> None:
    held = values.drop_nulls()
    counting.filled += len(held)
    if not len(held):
        return
    lengths = held.str.len_chars()
    counting.longest = max(counting.longest, int(lengths.max() or 0))  # type: ignore[arg-type]
    counting.letters += int(lengths.sum())
    counting.hashes.append(held.unique().hash())
    if counting.is_full:
        return
    counting.values.update(dict(held.value_counts().iter_rows()))
    if len(counting.values) > VALUES_MAX:
        counting.values = Counter(dict(counting.values.most_common(VALUES_MAX)))
        counting.is_full = True


def _column(name: str, counting: _Counting, head: pl.DataFrame) -> Column:
    repeated = [value for value, times in counting.values.most_common(SAMPLES) if times > 1]
    first = [value for value in (head[name].to_list() if name in head.columns else []) if value]
    samples = list(dict.fromkeys([*repeated, *first]))[:SAMPLES]
    return Column(
        name=name,
        filled=counting.filled,
        distinct=pl.concat(counting.hashes).n_unique() if counting.hashes else 0,
        longest=counting.longest,
        mean_length=counting.letters / counting.filled if counting.filled else 0.0,
        samples=tuple(sample[:SHOWN] for sample in samples),
    )


def _totals(last: pl.DataFrame) -> str | None:
    for name in last.columns:
        if name == LINE:
            continue
        found = last.filter(pl.col(name).str.contains(TOTALS).fill_null(value=False))
        if found.height:
            return name
    return None


def values_of(path: Path, read: ReadSpec, columns: Sequence[str]) -> list[tuple[str, int]]:
    """Return the values that some columns make together and how many rows have each, most frequent first.

    Several columns are joined from coarse to fine, as `map.category.columns` joins them.

    Raises:
        SourceError: the file cannot be read so.
    """
    counted: Counter[str] = Counter()
    for batch in read_file(path, read):
        known = [name for name in columns if name in batch.columns]
        if not known or not batch.frame.height:
            continue
        joined = pl.concat_str([text_of(name).fill_null("") for name in known], separator=" > ")
        texts = batch.frame.select(value=joined.str.strip_chars_end(" > "))["value"]
        counted.update(dict(texts.filter(texts.str.len_bytes() > 0).value_counts().iter_rows()))
    return sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
