"""From a question to a Polars expression, for frames in memory; no condition is ever null."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

import polars as pl

from quietude.model.event import zone_column
from quietude.model.filter.compile import UnknownLevelError
from quietude.model.filter.geometry import Bounds, bounds_of_box, bounds_of_near, bounds_of_polygon, chord, edges
from quietude.model.filter.question import ABSENT, COARSE_PRECISIONS, Choice, Filter, Near, Polygon, ZoneChoice
from quietude.model.filter.scope import WORD_COLUMNS
from quietude.model.fold import FOLD_FROM, FOLD_TO, fold
from quietude.model.identity import UID_HEX_DIGITS


def to_polars(question: Filter, columns: Sequence[str]) -> pl.Expr:
    """Return the condition that a question states on a frame with these columns (those of `event_schema`).

    Raises:
        UnknownLevelError: a zone's level has no column.
    """
    conditions = [
        *_period(question),
        *_choices(question, columns),
        *_severity(question),
        *_place(question),
        *_names(question),
        *_words(question),
    ]
    return pl.all_horizontal(pl.lit(True), *(condition.fill_null(False) for condition in conditions))


def _any(conditions: Iterable[pl.Expr]) -> pl.Expr:
    return pl.any_horizontal(pl.lit(False), *(condition.fill_null(False) for condition in conditions))


def _period(question: Filter) -> Iterator[pl.Expr]:
    at, day = pl.col("occurred_from"), pl.col("day")
    if question.since is not None:
        since = question.since
        yield at >= since.astimezone(UTC) if isinstance(since, datetime) else day >= since
    if question.until is not None:
        until = question.until
        yield at < until.astimezone(UTC) if isinstance(until, datetime) else day <= until
    if question.hours:
        yield (pl.col("hour_of_week") % 24).is_in(question.hours)
    if question.weekdays:
        yield pl.col("time_precision").is_in([precision.value for precision in COARSE_PRECISIONS]).not_()
        yield (day.dt.weekday() - 1).is_in(question.weekdays)


def _choices(question: Filter, columns: Sequence[str]) -> Iterator[pl.Expr]:
    for choice, name in (
        (question.sources, "source"),
        (question.statuses, "status"),
        (question.origins, "origin"),
        (question.realities, "reality"),
        (question.regimes, "regime"),
        (question.sensitivities, "sensitivity"),
    ):
        yield from _chosen(choice, partial(_one_of, pl.col(name)))
    yield from _chosen(question.categories, _under)
    yield from _chosen(question.flags, _flagged)
    yield from _chosen(question.zones, partial(_in_zones, columns))


def _chosen(choice: Choice | ZoneChoice, condition: Callable[[Any], pl.Expr]) -> Iterator[pl.Expr]:
    if choice.any_of:
        yield condition(choice.any_of)
    if choice.none_of:
        yield condition(choice.none_of).not_()


def _one_of(column: pl.Expr, values: Sequence[str]) -> pl.Expr:
    wanted = [value for value in values if value != ABSENT]
    return _any([column.is_in(wanted), *([column.is_null()] if ABSENT in values else [])])


def _under(codes: Sequence[str]) -> pl.Expr:
    column = pl.col("category")
    return _any([_one_of(column, codes), *(column.str.starts_with(f"{code}.") for code in codes if code != ABSENT)])


def _flagged(flags: Sequence[str]) -> pl.Expr:
    return _any(pl.col("flags").list.contains(flag) for flag in flags)


def _in_zones(columns: Sequence[str], pairs: Sequence[tuple[str, str]]) -> pl.Expr:
    for level, _ in pairs:
        if zone_column(level) not in columns:
            raise UnknownLevelError(f"these facts have no level {level!r}; their columns are {list(columns)}")
    return _any(_one_of(pl.col(zone_column(level)), [code]) for level, code in pairs)


def _severity(question: Filter) -> Iterator[pl.Expr]:
    if question.severity_from is not None:
        yield pl.col("severity") >= question.severity_from
    if question.severity_to is not None:
        yield pl.col("severity") <= question.severity_to


def _place(question: Filter) -> Iterator[pl.Expr]:
    lon, lat = pl.col("lon_deg"), pl.col("lat_deg")
    located = lon.is_not_null() & lat.is_not_null()
    if question.is_located is not None:
        yield located if question.is_located else located.not_()
    if question.box is not None:
        yield _within(bounds_of_box(question.box), lon, lat)
    if question.near is not None:
        yield _within(bounds_of_near(question.near), lon, lat) & _near(question.near, lon, lat)
    if question.polygon is not None:
        yield _within(bounds_of_polygon(question.polygon), lon, lat) & _inside(question.polygon, lon, lat)


def _within(bounds: Bounds, lon: pl.Expr, lat: pl.Expr) -> pl.Expr:
    return lon.is_between(bounds.west_deg, bounds.east_deg) & lat.is_between(bounds.south_deg, bounds.north_deg)


def _near(near: Near, lon: pl.Expr, lat: pl.Expr) -> pl.Expr:
    half_lat = ((lat - near.lat_deg).radians() / 2).sin()
    half_lon = ((lon - near.lon_deg).radians() / 2).sin()
    cosines = lat.radians().cos() * math.cos(math.radians(near.lat_deg))
    return half_lat * half_lat + cosines * half_lon * half_lon <= chord(near)


def _inside(polygon: Polygon, lon: pl.Expr, lat: pl.Expr) -> pl.Expr:
    crossings = [
        (lat >= edge.low_deg) & (lat < edge.high_deg) & (lon < (lat - edge.lat0_deg) * edge.slope + edge.lon0_deg)
        for edge in edges(polygon)
    ]
    return pl.sum_horizontal(pl.lit(0), *crossings) % 2 == 1


def _names(question: Filter) -> Iterator[pl.Expr]:
    if question.ids:
        uids = [name for name in question.ids if len(name) == UID_HEX_DIGITS]
        yield _any([pl.col("uid").is_in(uids), pl.col("id").is_in([name for name in question.ids if name not in uids])])


def _words(question: Filter) -> Iterator[pl.Expr]:
    if not question.words and not question.without_words:
        return
    folding = dict(zip(FOLD_FROM, FOLD_TO, strict=True))
    texts = [pl.col(name).str.to_lowercase().str.replace_many(folding) for name in WORD_COLUMNS]
    for word in question.words:
        yield _any(text.str.contains(fold(word), literal=True) for text in texts)
    for word in question.without_words:
        yield _any(text.str.contains(fold(word), literal=True) for text in texts).not_()
