"""The question asked of facts in memory: of one `Event` (the live stream) or of a frame of them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date, datetime

import polars as pl

from quietude.model.event import Event
from quietude.model.filter.expression import to_polars
from quietude.model.filter.geometry import Bounds, bounds_of_box, bounds_of_near, bounds_of_polygon, chord, edges
from quietude.model.filter.question import ABSENT, COARSE_PRECISIONS, Choice, Filter, Near, Polygon
from quietude.model.filter.scope import WORD_COLUMNS
from quietude.model.fold import fold
from quietude.model.identity import UID_HEX_DIGITS

_MATCHES = "__matches"


def mask(question: Filter, frame: pl.DataFrame) -> pl.Series:
    """Return, for each row of a frame with the columns of `event_schema`, whether it answers the question (never null).

    Raises:
        UnknownLevelError: a zone's level has no column.
    """
    return frame.with_columns(to_polars(question, frame.columns).alias(_MATCHES))[_MATCHES]


def matches(question: Filter, event: Event) -> bool:
    """Tell whether a fact answers the question; a level that the event does not have counts as outside every zone."""
    return all(_conditions(question, event))


def _conditions(question: Filter, event: Event) -> Iterator[bool]:
    yield question.since is None or _starts_by(question.since, event)
    yield question.until is None or _ends_after(question.until, event)
    yield not question.hours or (event.hour_of_week is not None and event.hour_of_week % 24 in question.hours)
    yield not question.weekdays or (
        event.time_precision not in COARSE_PRECISIONS and event.day.weekday() in question.weekdays
    )
    yield from _choices(question, event)
    yield question.severity_from is None or event.severity >= question.severity_from
    yield question.severity_to is None or event.severity <= question.severity_to
    yield from _place(question, event)
    yield not question.ids or any(
        (event.uid if len(name) == UID_HEX_DIGITS else event.id) == name for name in question.ids
    )
    yield from _words(question, event)


def _starts_by(since: date | datetime, event: Event) -> bool:
    return event.occurred_from >= since if isinstance(since, datetime) else event.day >= since


def _ends_after(until: date | datetime, event: Event) -> bool:
    return event.occurred_from < until if isinstance(until, datetime) else event.day <= until


def _choices(question: Filter, event: Event) -> Iterator[bool]:
    for choice, value in (
        (question.sources, event.source),
        (question.statuses, event.status),
        (question.origins, event.origin),
        (question.realities, event.reality),
        (question.regimes, event.regime),
        (question.sensitivities, event.sensitivity),
    ):
        yield not choice.any_of or value in choice.any_of
        yield value not in choice.none_of
    yield not question.flags.any_of or any(flag in event.flags for flag in question.flags.any_of)
    yield not any(flag in event.flags for flag in question.flags.none_of)
    yield _in_category(question.categories, event.category)
    zones = {(level, code if code is not None else ABSENT) for level, code in event.zones.items()}
    yield not question.zones.any_of or any(pair in zones for pair in question.zones.any_of)
    yield not any(pair in zones for pair in question.zones.none_of)


def _in_category(choice: Choice, category: str | None) -> bool:
    def is_under(code: str) -> bool:
        if category is None:
            return code == ABSENT
        return code != ABSENT and (category == code or category.startswith(f"{code}."))

    return (not choice.any_of or any(map(is_under, choice.any_of))) and not any(map(is_under, choice.none_of))


def _place(question: Filter, event: Event) -> Iterator[bool]:
    lon, lat = event.lon_deg, event.lat_deg
    if lon is None or lat is None:
        yield not question.is_located and question.near is None and question.box is None and question.polygon is None
        return
    yield question.is_located in {None, True}
    yield question.box is None or _within(bounds_of_box(question.box), lon, lat)
    yield question.near is None or _near(question.near, lon, lat)
    yield question.polygon is None or _inside(question.polygon, lon, lat)


def _within(bounds: Bounds, lon: float, lat: float) -> bool:
    return bounds.west_deg <= lon <= bounds.east_deg and bounds.south_deg <= lat <= bounds.north_deg


def _near(near: Near, lon: float, lat: float) -> bool:
    if not _within(bounds_of_near(near), lon, lat):
        return False
    half_lat = math.sin(math.radians(lat - near.lat_deg) / 2)
    half_lon = math.sin(math.radians(lon - near.lon_deg) / 2)
    cosines = math.cos(math.radians(lat)) * math.cos(math.radians(near.lat_deg))
    return half_lat * half_lat + cosines * half_lon * half_lon <= chord(near)


def _inside(polygon: Polygon, lon: float, lat: float) -> bool:
    if not _within(bounds_of_polygon(polygon), lon, lat):
        return False
    crossings = sum(
        edge.low_deg <= lat < edge.high_deg and lon < (lat - edge.lat0_deg) * edge.slope + edge.lon0_deg
        for edge in edges(polygon)
    )
    return crossings % 2 == 1


def _words(question: Filter, event: Event) -> Iterator[bool]:
    if question.words or question.without_words:
        values = (getattr(event, name) for name in WORD_COLUMNS)
        texts = [fold(value) for value in values if value is not None]
        yield all(any(fold(word) in text for text in texts) for word in question.words)
        yield not any(fold(word) in text for word in question.without_words for text in texts)
