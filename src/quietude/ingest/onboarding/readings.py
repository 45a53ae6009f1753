"""How the times of a column are written: the ways of reading that fit most of its cells."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from quietude.ingest.clock import read_times
from quietude.ingest.times import possible
from quietude.sources.api import Expression

DAY_FIRST = ("%d/%m/%Y", "%d/%m/%y", "%d-%m-%Y", "%d.%m.%Y")
MONTH_FIRST = ("%m/%d/%Y", "%m/%d/%y", "%m-%d-%Y")
CLOCKS = (" %H:%M", " %H:%M:%S", " %Hh%M", " %I:%M %p", " %I:%M:%S %p")
OTHERS = ("%Y%m%d %H%M", "%Y%m%d%H%M", "%Y/%m/%d %H:%M", "%Y/%m/%d", "%Y%m%d")
NAMED = ("spreadsheet", "iso", "french", "ymd_clock")
WORTH = 0.005  # of the cells: a way that reads fewer is a coincidence, or a typing error better set aside
LEADING = (
    r"^(\d{1,4}[/.\-]\d{1,2}[/.\-]\d{1,4}"
    r"(?:[ T]\d{1,2}[:hH]\d{2}(?::\d{2})?(?: ?[AaPp]\.?[Mm]\.?)?)?)"
)
"""The first time of a range such as "6/29/10 to 7/1/10 3:00 PM"."""
_HALVES = re.compile(r"(?i)\d\s*[ap]\.?m")


@dataclass(frozen=True, slots=True)
class Reading:
    """How times are read."""

    parse: tuple[str, ...]
    """Ways, the first that fits counts; empty: the texts are no times."""
    share: float
    """Share of the filled cells that can be read so, 0 to 1."""
    extract: str | None = None
    """What is taken of the text before it is read, when the whole cannot be."""
    is_ambiguous: bool = False
    """Whether day and month could be the other way round in every cell."""


def ways(order: str = "auto", *, has_halves: bool = False, are_cells: bool = False) -> tuple[str, ...]:
    """Return the ways that are tried; `order` is "day", "month" or "auto".

    `has_halves`: AM and PM are written. `are_cells`: a clock at 0:00 says only that the cell is a date.
    """
    dates = {"day": DAY_FIRST, "month": MONTH_FIRST}.get(order, (*DAY_FIRST, *MONTH_FIRST))
    clocks = [clock for clock in CLOCKS if ("%p" in clock) == has_halves]
    forms = [date + clock for date in dates for clock in (*clocks, "")]
    # What reads dates inside longer texts would take 2:45 PM for 2:45, and a month for a day.
    named = [way for way in NAMED if way != "french" or (not has_halves and order != "month")]
    first = named[:2] if are_cells else named[1::-1]
    return (*first, *forms, *named[2:], *OTHERS)


def reading_of(texts: Sequence[str], order: str = "auto") -> Reading:
    """Return the fewest ways that read what can be read of some texts, the most frequent one first."""
    filled = [text.strip() for text in texts if text.strip()]
    if not filled:
        return Reading((), 0.0)
    whole = _best(filled, order)
    if whole.share > 1 - WORTH:
        return whole
    led = [found[1] if (found := re.search(LEADING, text)) else "" for text in filled]
    leading = _best(led, order)
    if leading.share > whole.share + WORTH:
        return Reading(leading.parse, leading.share, LEADING, leading.is_ambiguous)
    return whole


def _best(texts: Sequence[str], order: str) -> Reading:
    has_halves = sum(_HALVES.search(text) is not None for text in texts) > len(texts) * 0.3
    are_cells = all(" 00:00:00" in text for text in texts if text[:4].isdigit() and "-" in text)
    tried = ways(order, has_halves=has_halves, are_cells=are_cells)
    frame = pl.DataFrame({"text": list(texts)}, schema={"text": pl.String})
    hits = frame.select(
        *(_hit(way).alias(str(number)) for number, way in enumerate(tried)),
    )
    left = pl.Series([True] * len(texts))
    chosen: list[str] = []
    while True:
        merits = [int((hits[str(number)] & left).sum()) for number in range(len(tried))]
        best = max(range(len(tried)), key=lambda number: (merits[number], -number))
        if merits[best] <= max(1, len(texts) * WORTH) and chosen:
            break
        if not merits[best]:
            break
        chosen.append(tried[best])
        left = left & ~hits[str(best)]
    share = 1 - int(left.sum()) / len(texts)
    is_ambiguous = order == "auto" and bool(chosen) and _mirrors(chosen[0], tried, hits)
    return Reading(tuple(chosen), share, None, is_ambiguous)


def _mirrors(way: str, tried: Sequence[str], hits: pl.DataFrame) -> bool:
    other = way.replace("%d", "%x").replace("%m", "%d").replace("%x", "%m")
    if other == way or other not in tried:
        return False
    return bool((hits[str(tried.index(way))] == hits[str(tried.index(other))]).all())


def _hit(way: str) -> pl.Expr:
    read = read_times(pl.col("text"), Expression(column="text", parse=(way,)))
    naive = read.struct.field("naive")
    return (naive.is_not_null() & possible(naive)).fill_null(value=False)
