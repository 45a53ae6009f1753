"""The question itself: which facts, said once as an immutable object."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Choice:
    """A choice of values of one dimension: any of `any_of` (all when empty), none of `none_of`."""

    any_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Tell whether every value is chosen."""
        return not self.any_of and not self.none_of


@dataclass(frozen=True, slots=True)
class ZoneChoice:
    """Zones of the territory, as (level, code) pairs; inside any of `any_of` (anywhere when empty), none of `none_of`."""

    any_of: tuple[tuple[str, str], ...] = ()
    none_of: tuple[tuple[str, str], ...] = ()

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


@dataclass(frozen=True, slots=True)
class Box:
    """Between two meridians and two parallels, in degrees; west < east, south < north."""

    west_deg: float
    south_deg: float
    east_deg: float
    north_deg: float


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
    """0 is Monday, local; facts coarser than an hour are judged by `day`."""
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
