"""What an address of Explore says: the question, and how it is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from urllib.parse import urlencode

from quietude.model.filter.question import Filter
from quietude.model.filter.url import from_query, to_query
from quietude.model.territory import Territory
from quietude.portal.explore.paging import Order

DISPLAY_KEYS = ("map", "level", "measure", "colour", "sort", "page", "at", "stack")
"""Keys of the address that say how the selection is shown; all others are the filter's."""
Parameters = Mapping[str, Sequence[str]]


class Mode(StrEnum):
    """What the map draws."""

    POINTS = "points"
    HEAT = "heat"
    HEXES = "hexes"
    ZONES = "zones"


class Measure(StrEnum):
    """What colours the zones."""

    COUNT = "count"
    RATE = "rate"


class Colour(StrEnum):
    """What colours the points."""

    SEVERITY = "severity"
    FAMILY = "family"


@dataclass(frozen=True, slots=True, kw_only=True)
class Display:
    """How a selection is shown; anything odd in an address reads as the default."""

    mode: Mode = Mode.POINTS
    level: str
    """Level of the territory that zones are counted by."""
    measure: Measure = Measure.COUNT
    colour: Colour = Colour.SEVERITY
    order: Order = Order.NEWEST
    page: int = 1
    at: tuple[float, float, float] | None = None
    """Latitude, longitude and zoom of the map."""
    is_stacked: bool = False


@dataclass(frozen=True, slots=True)
class Selection:
    """One question and how it is shown: what an address of Explore holds, and a saved view keeps."""

    question: Filter
    display: Display

    def query(self, territory: Territory, *, exact: bool) -> str:
        """Return the canonical form after the question mark: the same selection always reads the same."""
        plain = default_display(territory, exact=exact)
        shown = self.display
        said: list[tuple[str, str]] = []
        for key, value, usual in (
            ("map", shown.mode.value, plain.mode.value),
            ("level", shown.level, plain.level),
            ("measure", shown.measure.value, plain.measure.value),
            ("colour", shown.colour.value, plain.colour.value),
            ("sort", shown.order.value, plain.order.value),
            ("page", str(shown.page), str(plain.page)),
            ("stack", str(int(shown.is_stacked)), "0"),
        ):
            if value != usual:
                said.append((key, value))
        if shown.at is not None:
            said.append(("at", ",".join(f"{number:g}" for number in shown.at)))
        return "&".join(part for part in (filter_query(self.question), urlencode(said, safe=",")) if part)

    def asking(self, question: Filter) -> Selection:
        """Return another question shown the same way, from its first page."""
        return Selection(question, replace(self.display, page=1))


def filter_query(question: Filter) -> str:
    """Return the question's URL form."""
    return urlencode(to_query(question), doseq=True, safe=",:.;")


def default_display(territory: Territory, *, exact: bool) -> Display:
    """Return how a selection is shown at first: points for who may see exact places, else zones."""
    finest = territory.levels[-1].name
    return Display(level=finest, mode=Mode.POINTS if exact else Mode.ZONES)


def read_selection(parameters: Parameters, territory: Territory, *, exact: bool) -> Selection:
    """Return the selection that an address says.

    Raises:
        FilterError: the filter's part cannot be read.
    """
    return Selection(from_query(parameters), read_display(parameters, territory, exact=exact))


def read_display(parameters: Parameters, territory: Territory, *, exact: bool) -> Display:
    """Return how the selection of an address is shown."""
    plain = default_display(territory, exact=exact)

    def last(key: str) -> str:
        values = parameters.get(key)
        return values[-1] if values else ""

    mode = Mode(last("map")) if last("map") in set(Mode) else plain.mode
    return Display(
        mode=mode if exact else Mode.ZONES,
        level=last("level") if last("level") in territory.level_names else plain.level,
        measure=Measure(last("measure")) if last("measure") in set(Measure) else plain.measure,
        colour=Colour(last("colour")) if last("colour") in set(Colour) else plain.colour,
        order=Order(last("sort")) if last("sort") in set(Order) else plain.order,
        page=int(last("page")) if last("page").isdecimal() and len(last("page")) < 9 else plain.page,
        at=_camera(last("at")),
        is_stacked=last("stack") == "1",
    )


def _camera(text: str) -> tuple[float, float, float] | None:
    parts = text.split(",")
    try:
        lat, lon, zoom = (float(part) for part in parts)
    except ValueError:
        return None
    holds = -90 <= lat <= 90 and -180 <= lon <= 180 and 0 <= zoom <= 24
    return (lat, lon, zoom) if holds else None
