"""Counts of facts that a viewer may count but not list, beside those they may list: small ones are not told."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import pyarrow as pa

from quietude.model.disclosure import Cell, protect
from quietude.model.event import zone_column
from quietude.model.filter.question import Filter
from quietude.model.filter.scope import columns_of
from quietude.model.rights import masked_columns
from quietude.model.viewer import Viewer
from quietude.store.reading.counts import count_by, is_coarse
from quietude.store.reading.cubes import Cubes
from quietude.store.reading.reader import Reader

SHORTEST = timedelta(days=7)  # windows of single days, moved on by one, would tell the days apart
DIMENSIONS = frozenset(
    {"family", "nature", "category", "source", "severity", "reality", "year", "month", "week", "weekday", "hour"}
)
"""What facts that may not be listed are counted by, beside the levels of zones: nothing that names one of them."""
TWO = 2  # dimensions: a table has rows and columns; cells of more are too few facts to be told


@dataclass(frozen=True, slots=True)
class Row:
    """One combination of dimensions."""

    key: tuple[Hashable, ...]
    listed: int
    """Facts that the viewer may list: exact."""
    counted: Cell | None
    """Facts that they may only count; None where there are none."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts by dimensions, in their order, and of all together."""

    by: tuple[str, ...]
    rows: tuple[Row, ...]
    listed: int
    counted: Cell | None
    is_told: bool
    """Whether the cells of what may only be counted are told: False where any of them would give a small one away."""


class NotCountedError(ValueError):
    """A question, or a dimension, that facts which may not be listed are not counted by."""


def tally(reader: Reader, cubes: Cubes, viewer: Viewer, question: Filter, by: Sequence[str]) -> Tally:
    """Return counts by dimensions of what the viewer may list, and of what they may count beside it.

    Raises:
        NotCountedError: facts that may not be listed are not counted by this question or these dimensions.
    """
    by = tuple(by)
    if unknown := _unknown(by, reader.levels):
        raise NotCountedError(f"not counted by {unknown}")
    if (why := refusal(viewer, question, by, reader.levels)) is not None:
        raise NotCountedError(why)
    pinned = reader.pinned()
    listed = _counts(count_by(pinned, cubes, viewer, question, by))
    both = listed
    if viewer.counted:
        wide = replace(viewer, grants=(*viewer.grants, *viewer.counted), counted=())
        both = _counts(count_by(pinned, cubes, wide, question, by))
    only = {key: count - listed.get(key, 0) for key, count in both.items() if count > listed.get(key, 0)}
    told = protect(only, viewer.least)
    cells = told.cells or {}
    rows = tuple(
        Row(key, listed.get(key, 0), cells.get(key))
        for key in both
        if key in cells or key in listed  # a cell that is not told is not there either
    )
    return Tally(by, rows, sum(listed.values()), told.total, told.cells is not None)


def refusal(viewer: Viewer, question: Filter, by: Sequence[str], levels: tuple[str, ...]) -> str | None:
    """Return why facts that may not be listed are not counted by a question and dimensions, None where they are."""
    if not viewer.counted:
        return None
    if (unknown := _unknown(by, levels)) or len(by) > TWO:
        return f"not counted by {unknown or list(by)}: expected at most 2 of the dimensions of counts"
    if not is_coarse(question):
        return "not counted by anything but period, zones, categories, sources, severity, origin and reality"
    if _is_short(question):
        return f"not counted over less than {SHORTEST.days} days, nor by the hour"
    judged = columns_of(question).union(by, *(columns_of(grant.rows) for grant in (*viewer.grants, *viewer.counted)))
    wide = replace(viewer, grants=(*viewer.grants, *viewer.counted))
    if masked := (judged | {"day", "category", "time_precision", "hour_of_week"}) & masked_columns(wide):
        return f"not counted by what some of the grants mask: {sorted(masked)}"
    return None


def _unknown(by: Sequence[str], levels: tuple[str, ...]) -> list[str]:
    return sorted(set(by) - DIMENSIONS - {zone_column(level) for level in levels})


def _is_short(question: Filter) -> bool:
    since, until = question.since, question.until
    if isinstance(since, datetime) or isinstance(until, datetime):
        return True
    whole: date | None = since if since is not None and until is not None else None
    return whole is not None and until is not None and until - whole + timedelta(days=1) < SHORTEST


def _counts(table: pa.Table) -> dict[tuple[Hashable, ...], int]:
    names = table.schema.names[:-1]
    counts = table["count"].to_pylist()
    keys = zip(*(table[name].to_pylist() for name in names), strict=True) if names else [()] * len(counts)
    return {tuple(key): count for key, count in zip(keys, counts, strict=True) if count}
