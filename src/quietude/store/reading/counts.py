"""Counts by any dimensions, from cubes where they serve, from the facts where not: the figure is the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce

import ibis
import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from quietude.model.event import TimePrecision, event_schema
from quietude.model.filter.question import Choice, Filter
from quietude.model.opened import concerned
from quietude.model.viewer import Viewer
from quietude.store.reading.cubes import Cubes, Part
from quietude.store.reading.reader import Reader

_COARSE = (TimePrecision.MONTH.value, TimePrecision.YEAR.value)
_HIDDEN_STEP = 10  # a difference of two exact counts would tell of single facts


def _itself(group: ir.Value) -> ir.Value:
    return group


@dataclass(frozen=True, slots=True)
class Dimension:
    """How a dimension is made from columns of facts, and what the cubes must know for it."""

    columns: tuple[str, ...]
    needs: tuple[str, ...]
    group: Callable[[ir.Table], ir.Value]
    """What rows are grouped by: quick to make for every row."""
    say: Callable[[ir.Value], ir.Value] = _itself
    """From that to the dimension; made once for each group."""


def _first_parts(column: ir.Value, parts: int) -> ir.Value:
    """Return the first parts of a code: "noise.music.bar" is in nature "noise.music"; a shorter code stays whole."""
    dot = column.find(".")
    if parts == 1:
        return ibis.ifelse(dot >= 0, column.left(dot), column)
    rest = column.substr(dot + 1)
    second = rest.find(".")
    return ibis.ifelse((dot >= 0) & (second >= 0), column.left(dot + 1 + second), column)


def _month_number(table: ir.Table) -> ir.Value:
    return table["day"].year().cast("int32") * 100 + table["day"].month().cast("int32")


def _month_text(number: ir.Value) -> ir.Value:
    text = number.cast("string")
    return text.left(4) + "-" + text.right(2)


def _weekday(table: ir.Table) -> ir.Value:
    weekday = table["day"].day_of_week.index().cast("int16")
    return ibis.ifelse(table["time_precision"].isin(_COARSE), ibis.null("int16"), weekday)


_MADE: Mapping[str, Dimension] = {
    "family": Dimension(("category",), ("category",), lambda t: t["category"], lambda c: _first_parts(c, 1)),
    "nature": Dimension(("category",), ("category",), lambda t: t["category"], lambda c: _first_parts(c, 2)),
    "month": Dimension(("day",), ("month",), _month_number, _month_text),
    "year": Dimension(("day",), ("year",), lambda t: t["day"].year().cast("int32")),
    "week": Dimension(("day",), ("day",), lambda t: t["day"].truncate("W").cast("date")),
    "hour": Dimension(("hour_of_week",), ("hour_of_week",), lambda t: (t["hour_of_week"] % 24).cast("int16")),
    "weekday": Dimension(("day", "time_precision"), ("day", "time_precision"), _weekday),
    "located": Dimension(("located",), ("located",), lambda t: t["lon_deg"].notnull() & t["lat_deg"].notnull()),
}


def _dimension(name: str, levels: tuple[str, ...]) -> Dimension:
    if name in _MADE:
        return _MADE[name]
    model = event_schema(levels)
    if name not in model.names or pa.types.is_list(model.field(name).type):
        raise ValueError(f"cannot count by {name!r}; dimensions are {sorted([*model.names, *_MADE])}, without 'flags'")
    return Dimension((name,), (name,), lambda t: t[name])


def count_by(reader: Reader, cubes: Cubes, viewer: Viewer, question: Filter, by: Sequence[str]) -> pa.Table:
    """Return the number of facts by each combination of dimensions, ordered by them."""
    viewer = concerned(viewer, question)
    dimensions = {name: _dimension(name, reader.levels) for name in by}

    columns = {column for dimension in dimensions.values() for column in dimension.columns}
    if "located" in columns:
        columns = columns - {"located"} | {"lon_deg", "lat_deg"}

    def build(parts: list[tuple[Part, ir.Table]]) -> ir.Table:
        return _total([_count_part(reader, viewer, part, table, dimensions) for part, table in parts], dimensions)

    def ask() -> pa.Table:
        pinned = reader.pinned()
        needs = {need for dimension in dimensions.values() for need in dimension.needs}
        parts = cubes.parts(pinned, viewer, question, needs)
        return cubes.answer(pinned, viewer, parts, key=("count", tuple(by)), columns=columns, build=build)

    return reader.retrying(ask)


def _count_part(
    reader: Reader, viewer: Viewer, part: Part, table: ir.Table, dimensions: Mapping[str, Dimension]
) -> ir.Table:
    """Count by what the dimensions are made from."""
    found = reader.matching(viewer, part.question, table)
    groups = {_group(name): dimension.group(found) for name, dimension in dimensions.items()}
    total = part.total(found)
    return found.group_by(**groups).agg(total) if groups else found.aggregate(total)


def _group(name: str) -> str:
    return f"by_{name}"


def _total(counted: list[ir.Table], dimensions: Mapping[str, Dimension]) -> ir.Table:
    together = reduce(lambda left, right: left.union(right), counted)
    if not dimensions:
        return together.aggregate(together["count"].sum().fill_null(0).cast("int64").name("count"))
    said = {name: dimension.say(together[_group(name)]) for name, dimension in dimensions.items()}
    names = list(dimensions)
    summed = together.select(**said, count=together["count"])
    if len(counted) > 1 or any(dimension.say is not _itself for dimension in dimensions.values()):
        summed = summed.group_by(names).agg(summed["count"].sum().cast("int64").name("count"))
    return summed.order_by([ibis.asc(name, nulls_first=False) for name in names]).select(*names, "count")


def matrix(reader: Reader, cubes: Cubes, viewer: Viewer, question: Filter) -> npt.NDArray[np.int64]:
    """Return the counts by weekday (rows, 0 is Monday) and hour, shape (7, 24), of facts known to the hour."""
    counted = count_by(reader, cubes, viewer, question, ("hour_of_week",)).drop_null()
    cells = np.zeros(7 * 24, dtype=np.int64)
    cells[counted["hour_of_week"].to_numpy().astype(np.int64)] = counted["count"].to_numpy()
    return cells.reshape(7, 24)


def hidden(reader: Reader, cubes: Cubes, viewer: Viewer, question: Filter, shown: int | None) -> int | None:
    """Return how many matching facts are not the viewer's, in tens; None where that would tell too much."""
    if not viewer.grants or not is_coarse(question):
        return None

    def count(who: Viewer) -> int:
        return int(count_by(reader, cubes, who, question, ())["count"][0].as_py())

    mine = count(viewer) if shown is None else shown
    return max(0, count(Viewer.system("count-hidden")) - mine) // _HIDDEN_STEP * _HIDDEN_STEP


def is_coarse(question: Filter) -> bool:
    """Tell whether nothing is asked but period, zones, categories, sources, severity, origin and reality."""
    opened = replace(
        question,
        since=None,
        until=None,
        categories=Choice(),
        zones=type(question.zones)(),
        sources=Choice(),
        origins=Choice(),
        realities=Choice(),
        severity_from=None,
        severity_to=None,
    )
    return opened.is_open
