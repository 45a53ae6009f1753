"""From a question to an Ibis expression, the same for every engine that reads the facts.

No condition is ever null: each says yes or no on every row, so that `~` and `|` neither lose nor leak a row.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from functools import reduce
from typing import Any, TypeAlias

import ibis
import ibis.expr.types as ir

from quietude.model.event import zone_column
from quietude.model.filter.geometry import Bounds, bounds_of_box, bounds_of_near, bounds_of_polygon, chord, edges
from quietude.model.filter.question import ABSENT, COARSE_PRECISIONS, Choice, Filter, Near, Polygon, ZoneChoice
from quietude.model.filter.scope import WORD_COLUMNS, months_of
from quietude.model.fold import fold_pattern
from quietude.model.identity import UID_HEX_DIGITS

Columns: TypeAlias = ir.Table | Mapping[str, ir.Value]
"""The facts: a table, or its columns by name (some of them masked)."""

_Compare: TypeAlias = Callable[[Any, Any], Any]


class UnknownLevelError(ValueError):
    """A question names a level of territory that these facts don't have."""


def to_ibis(question: Filter, table: Columns, *, timezone: str) -> ir.BooleanValue:
    """Return the condition on rows that a question states, never null.

    Args:
        question: what is asked.
        table: facts with the columns of `event_schema`; where a text column `month` ("2019-05", the month of `day`)
            is there too, periods are also stated on it, so that an engine can skip whole months.
        timezone: the town's time zone, which says to which local month an instant belongs.

    Raises:
        UnknownLevelError: a zone's level has no column.
    """
    conditions = [
        *_period(question, table, timezone),
        *_zones(question.zones, table),
        *_choices(question, table),
        *_category(question.categories, table),
        *_severity(question, table),
        *_rhythm(question, table),
        *_place(question, table),
        *_names(question, table),
        *_words(question, table),
    ]
    return _all(conditions)


def _all(conditions: Iterable[ir.BooleanValue]) -> ir.BooleanValue:
    found = list(conditions)
    return reduce(operator.and_, found) if found else ibis.literal(True)


def _any(conditions: Iterable[ir.BooleanValue]) -> ir.BooleanValue:
    found = list(conditions)
    return reduce(operator.or_, found) if found else ibis.literal(False)


def _known(column: ir.Value, condition: ir.BooleanValue) -> ir.BooleanValue:
    """Return `condition`, false where the column is null (false and null is false: the whole is never null)."""
    return column.notnull() & condition


def _number(value: float) -> ir.Value:
    # An engine may read 5.3698 as a decimal and round it otherwise than Python; from text every engine is exact.
    return ibis.literal(repr(float(value))).cast("float64")


def _period(question: Filter, table: Columns, timezone: str) -> Iterable[ir.BooleanValue]:
    first, last = months_of(question, timezone=timezone)
    if question.since is not None:
        yield from _bounded(question.since, first, table, operator.ge, operator.ge)
    if question.until is not None:
        yield from _bounded(question.until, last, table, operator.le, operator.lt)


def _bounded(
    moment: date | datetime, month: str | None, table: Columns, compare_day: _Compare, compare_instant: _Compare
) -> Iterable[ir.BooleanValue]:
    if "month" in (table.columns if isinstance(table, ir.Table) else table):
        is_within = _known(table["month"], compare_day(table["month"], month))
        # A month that a reader may not know says nothing of an instant that they may know.
        yield is_within | table["month"].isnull() if isinstance(moment, datetime) else is_within
    if isinstance(moment, datetime):
        at = ibis.literal(moment.astimezone(UTC), type="timestamp('UTC', 6)")
        yield _known(table["occurred_from"], compare_instant(table["occurred_from"], at))
    else:
        yield _known(table["day"], compare_day(table["day"], ibis.literal(moment)))


def _zones(choice: ZoneChoice, table: Columns) -> Iterable[ir.BooleanValue]:
    if choice.any_of:
        yield _in_zones(choice.any_of, table)
    if choice.none_of:
        yield ~_in_zones(choice.none_of, table)


def _in_zones(pairs: tuple[tuple[str, str], ...], table: Columns) -> ir.BooleanValue:
    codes_by_level: dict[str, list[str]] = {}
    for level, code in pairs:
        codes_by_level.setdefault(level, []).append(code)
    conditions = []
    for level, codes in codes_by_level.items():
        name = zone_column(level)
        columns = table.columns if isinstance(table, ir.Table) else tuple(table)
        if name not in columns:
            levels = [column.removeprefix("zone_") for column in columns if column.startswith("zone_")]
            raise UnknownLevelError(f"these facts have no level {level!r}; they have {levels}")
        conditions.append(_one_of(table[name], codes))
    return _any(conditions)


def _one_of(column: ir.Value, values: Iterable[str]) -> ir.BooleanValue:
    wanted = [value for value in values if value != ABSENT]
    found = [_known(column, column.isin(wanted))] if wanted else []
    return _any([*found, *([column.isnull()] if ABSENT in values else [])])


def _choices(question: Filter, table: Columns) -> Iterable[ir.BooleanValue]:
    for choice, name in (
        (question.sources, "source"),
        (question.statuses, "status"),
        (question.origins, "origin"),
        (question.realities, "reality"),
        (question.regimes, "regime"),
        (question.sensitivities, "sensitivity"),
    ):
        if choice.any_of:
            yield _one_of(table[name], choice.any_of)
        if choice.none_of:
            yield ~_one_of(table[name], choice.none_of)
    if question.flags.any_of:
        yield _flagged(question.flags.any_of, table)
    if question.flags.none_of:
        yield ~_flagged(question.flags.none_of, table)


def _flagged(flags: tuple[str, ...], table: Columns) -> ir.BooleanValue:
    column = table["flags"]
    return _any(_known(column, column.contains(flag).fill_null(False)) for flag in flags)


def _category(choice: Choice, table: Columns) -> Iterable[ir.BooleanValue]:
    if choice.any_of:
        yield _under(choice.any_of, table["category"])
    if choice.none_of:
        yield ~_under(choice.none_of, table["category"])


def _under(codes: tuple[str, ...], column: ir.Value) -> ir.BooleanValue:
    """Return whether the category is one of `codes` or below one: with a dot after it, it begins with the code's."""
    # One prefix of the lengthened text takes DuckDB half the time of "equal, or begins with", and of a range.
    held = _any((column + ".").startswith(f"{code}.") for code in codes if code != ABSENT)
    absent = [column.isnull()] if ABSENT in codes else []
    return _any([*absent, _known(column, held)]) if set(codes) != {ABSENT} else _any(absent)


def _severity(question: Filter, table: Columns) -> Iterable[ir.BooleanValue]:
    if question.severity_from is not None:
        yield _known(table["severity"], table["severity"] >= question.severity_from)
    if question.severity_to is not None:
        yield _known(table["severity"], table["severity"] <= question.severity_to)


def _rhythm(question: Filter, table: Columns) -> Iterable[ir.BooleanValue]:
    if question.hours:
        yield _known(table["hour_of_week"], (table["hour_of_week"] % 24).isin(question.hours))
    if question.weekdays:
        coarse = [precision.value for precision in COARSE_PRECISIONS]
        yield _known(table["time_precision"], table["time_precision"].notin(coarse))
        yield _known(table["day"], table["day"].day_of_week.index().isin(question.weekdays))


def _place(question: Filter, table: Columns) -> Iterable[ir.BooleanValue]:
    if (question.is_located, question.box, question.near, question.polygon) == (None, None, None, None):
        return
    lon, lat = table["lon_deg"], table["lat_deg"]
    located = lon.notnull() & lat.notnull()
    if question.is_located is not None:
        yield located if question.is_located else ~located
    if question.box is not None:
        yield located & _within(bounds_of_box(question.box), lon, lat)
    if question.near is not None:
        yield located & _within(bounds_of_near(question.near), lon, lat) & _near(question.near, lon, lat)
    if question.polygon is not None:
        yield located & _within(bounds_of_polygon(question.polygon), lon, lat) & _inside(question.polygon, lon, lat)


def _within(bounds: Bounds, lon: ir.Value, lat: ir.Value) -> ir.BooleanValue:
    limits = (
        (operator.ge, lon, bounds.west_deg),
        (operator.le, lon, bounds.east_deg),
        (operator.ge, lat, bounds.south_deg),
        (operator.le, lat, bounds.north_deg),
    )
    return _all(compare(column, _number(limit)) for compare, column, limit in limits if abs(limit) != float("inf"))


def _near(near: Near, lon: ir.Value, lat: ir.Value) -> ir.BooleanValue:
    half_lat = ((lat - _number(near.lat_deg)).radians() / 2).sin()
    half_lon = ((lon - _number(near.lon_deg)).radians() / 2).sin()
    cosines = lat.radians().cos() * _number(near.lat_deg).radians().cos()
    return half_lat * half_lat + cosines * half_lon * half_lon <= _number(chord(near))


def _inside(polygon: Polygon, lon: ir.Value, lat: ir.Value) -> ir.BooleanValue:
    """Return whether a ray to the east crosses the outline an odd number of times."""
    crossings = [
        (
            (lat >= _number(edge.low_deg))
            & (lat < _number(edge.high_deg))
            & (lon < (lat - _number(edge.lat0_deg)) * _number(edge.slope) + _number(edge.lon0_deg))
        ).cast("int32")
        for edge in edges(polygon)
    ]
    return reduce(operator.add, crossings) % 2 == 1 if crossings else ibis.literal(False)


def _names(question: Filter, table: Columns) -> Iterable[ir.BooleanValue]:
    if not question.ids:
        return
    uids = [name for name in question.ids if len(name) == UID_HEX_DIGITS]
    ids = [name for name in question.ids if len(name) != UID_HEX_DIGITS]
    yield _any(
        _known(table[column], table[column].isin(names)) for column, names in (("uid", uids), ("id", ids)) if names
    )


def _words(question: Filter, table: Columns) -> Iterable[ir.BooleanValue]:
    for word in question.words:
        yield _found(word, table)
    for word in question.without_words:
        yield ~_found(word, table)


def _found(word: str, table: Columns) -> ir.BooleanValue:
    pattern = fold_pattern(word)
    return _any(_known(table[name], table[name].re_search(pattern)) for name in WORD_COLUMNS)
