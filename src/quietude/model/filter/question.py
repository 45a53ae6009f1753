"""The question itself: which facts, said once as an immutable object."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from quietude.model.event import TimePrecision

ABSENT = "none"
"""Among the values of a choice: the facts that have no value there (no category fits, outside every zone)."""

COARSE_PRECISIONS = (TimePrecision.MONTH, TimePrecision.YEAR)
"""Facts known no finer than this have no day of the week: their `day` is the first of the month or year."""

POLYGON_CORNERS = range(3, 65)  # 64 corners draw any quartier by hand; each costs an engine a few operations per fact


@dataclass(frozen=True, slots=True)
class Choice:
    """A choice of values of one dimension: any of `any_of` (all when empty), none of `none_of`.

    Values are kept sorted and once each, so that equal choices are equal objects.
    """

    any_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "any_of", tuple(sorted({str(value) for value in self.any_of})))
        object.__setattr__(self, "none_of", tuple(sorted({str(value) for value in self.none_of})))

    @property
    def is_open(self) -> bool:
        """Tell whether every value is chosen."""
        return not self.any_of and not self.none_of


@dataclass(frozen=True, slots=True)
class ZoneChoice:
    """Zones of the territory, as (level, code) pairs; inside any of `any_of` (anywhere when empty), none of `none_of`.

    Pairs are kept sorted and once each.
    """

    any_of: tuple[tuple[str, str], ...] = ()
    none_of: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "any_of", tuple(sorted(set(self.any_of))))
        object.__setattr__(self, "none_of", tuple(sorted(set(self.none_of))))

    @property
    def is_open(self) -> bool:
        """Tell whether anywhere is meant."""
        return not self.any_of and not self.none_of


@dataclass(frozen=True, slots=True)
class Near:
    """Within `radius_m` metres (great circle) of a point."""

    lat_deg: float
    lon_deg: float
    radius_m: float

    def __post_init__(self) -> None:
        _check_point(self.lon_deg, self.lat_deg)
        if not 0 <= self.radius_m < math.inf:
            raise ValueError(f"radius {self.radius_m} m: expected 0 or more metres")


@dataclass(frozen=True, slots=True)
class Box:
    """Between two meridians and two parallels, in degrees, edges included; west <= east, south <= north."""

    west_deg: float
    south_deg: float
    east_deg: float
    north_deg: float

    def __post_init__(self) -> None:
        _check_point(self.west_deg, self.south_deg)
        _check_point(self.east_deg, self.north_deg)
        if self.west_deg > self.east_deg or self.south_deg > self.north_deg:
            raise ValueError(f"box {self}: expected west, south, east, north in this order")


Polygon = tuple[tuple[float, float], ...]
"""A drawn outline: (lon_deg, lat_deg) corners in order, not closed, at least 3 and at most 64."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which facts: all conditions hold together; an empty filter means every fact."""

    since: date | datetime | None = None
    """Inclusive. A date is the town's local day (`day` column); a datetime (aware) is compared with `occurred_from`."""
    until: date | datetime | None = None
    """A date is inclusive (the whole local day); a datetime is exclusive."""
    weekdays: tuple[int, ...] = ()
    """0 is Monday, local; judged by `day`; a fact known only to the month or year never matches."""
    hours: tuple[int, ...] = ()
    """Local hours 0..23; a fact whose time is coarser than an hour never matches."""
    categories: Choice = field(default_factory=Choice)
    """Codes of any depth: "noise" holds "noise.music" and "noise.music.bar"."""
    zones: ZoneChoice = field(default_factory=ZoneChoice)
    sources: Choice = field(default_factory=Choice)
    statuses: Choice = field(default_factory=Choice)
    origins: Choice = field(default_factory=Choice)
    realities: Choice = field(default_factory=Choice)
    regimes: Choice = field(default_factory=Choice)
    sensitivities: Choice = field(default_factory=Choice)
    flags: Choice = field(default_factory=Choice)
    severity_from: int | None = None
    severity_to: int | None = None
    is_located: bool | None = None
    words: tuple[str, ...] = ()
    """Each must be found, folded, in title, text, place_label or source_category; a phrase keeps its spaces."""
    without_words: tuple[str, ...] = ()
    near: Near | None = None
    box: Box | None = None
    polygon: Polygon | None = None
    ids: tuple[str, ...] = ()
    """Public names of facts; uids when 32 digits long."""

    def __post_init__(self) -> None:
        for name in ("weekdays", "hours", "ids"):
            object.__setattr__(self, name, tuple(sorted(set(getattr(self, name)))))
        for name in ("words", "without_words"):
            object.__setattr__(self, name, tuple(dict.fromkeys(getattr(self, name))))
        for moment in (self.since, self.until):
            if isinstance(moment, datetime) and moment.tzinfo is None:
                raise ValueError(f"{moment} has no time zone: say which")
        _check_whole("weekday", self.weekdays, range(7))
        _check_whole("hour", self.hours, range(24))
        _check_whole("severity", [s for s in (self.severity_from, self.severity_to) if s is not None], range(1, 6))
        if self.polygon is not None:
            for lon_deg, lat_deg in self.polygon:
                _check_point(lon_deg, lat_deg)
            if len(self.polygon) not in POLYGON_CORNERS:
                raise ValueError(f"an outline of {len(self.polygon)} corners: expected 3 to 64")
        if not all((*self.words, *self.without_words)):
            raise ValueError("an empty word is found everywhere: leave it out")

    @property
    def is_open(self) -> bool:
        """Tell whether every fact is meant."""
        return self == Filter()


def _check_point(lon_deg: float, lat_deg: float) -> None:
    if not (-180 <= lon_deg <= 180 and -90 <= lat_deg <= 90):
        raise ValueError(f"longitude {lon_deg}, latitude {lat_deg}: expected -180..180 and -90..90 degrees")


def _check_whole(name: str, values: Iterable[int], allowed: range) -> None:
    for value in values:
        if value not in allowed:
            raise ValueError(f"{name} {value}: expected {allowed.start} to {allowed.stop - 1}")
