"""Places of a rule: inside one, and entering one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from pydantic import Field, model_validator

from quietude.alarms.distance import Degrees, distances_m
from quietude.alarms.spans import Moments, Spans
from quietude.alarms.window import Window, micros
from quietude.model.territory import Territory
from quietude.sources.api import Part

Corner = tuple[float, float]
NAME_MOST = 120
POLYGON = "polygon"


class Inside(Part):
    """A place: a list of the town's places with a radius, a zone, or a polygon."""

    places: str | None = Field(default=None, description="A list of `places` in town.yml, such as schools.")
    radius_m: int = Field(default=100, ge=10, le=20_000, description="How near to one of the places, in metres.")
    zone: str | None = Field(default=None, description="A zone, as <level>:<code or name>.")
    polygon: tuple[Corner, ...] = Field(
        default=(), max_length=64, description="Corners as [longitude, latitude] in degrees."
    )

    @model_validator(mode="after")
    def _is_one(self) -> Inside:
        if sum(map(bool, (self.places, self.zone, self.polygon))) != 1:
            raise ValueError("expected one of places, zone, polygon")
        if self.polygon and (len(self.polygon) < 3 or not shapely.Polygon(self.polygon).is_valid):
            raise ValueError("the polygon needs three corners or more, and must not cross itself")
        return self


class Entering(Part):
    """The first position inside after one outside; of a rule with `inside`, `by: object:<attribute>`."""

    scope: str = Field(default="", description="Which of the rule's facts, as the filter bar reads it; all when empty.")
    within: Window = Field(default="PT1H", description="How long before it the last position outside may be.")
    holds: Window = Field(default="PT30M", description="How long one entry keeps the alarm up.")


def entered(inside: Moments, outside: Moments, entering: Entering) -> Spans:
    """Return when something that was outside is inside since a short while; at one moment inside counts."""
    since = micros(entering.within)
    last_out = _last_before(outside, inside)
    fresh = (last_out > _last_before(inside, inside)) & (last_out >= inside - since)
    return Spans.of(inside[fresh], inside[fresh] + micros(entering.holds))


def _last_before(of: Moments, at: Moments) -> Moments:
    """Return for each moment the last one of others before it; the least number where there is none."""
    places = np.searchsorted(of, at, side="left")
    padded = np.concatenate([[np.iinfo(np.int64).min], of])
    found: Moments = padded[places]
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """A list of a town's places."""

    names: tuple[str, ...]
    points: Degrees
    """Longitude and latitude, shape (n, 2)."""


@dataclass(frozen=True, slots=True)
class Area:
    """Where facts are inside, and what the place they are in is called."""

    inside: Inside
    shape: shapely.Geometry | None
    """Of a zone or polygon."""
    name: str
    near: Points | None

    @classmethod
    def of(cls, inside: Inside, territory: Territory, places: Mapping[str, Points]) -> Area:
        """Return a rule's place in a town.

        Raises:
            ValueError: the town has no such list of places, or no such zone.
        """
        if inside.places is not None:
            if inside.places not in places:
                known = ", ".join(sorted(places)) or "none"
                raise ValueError(f"the town has no places {inside.places!r}; town.yml has {known}")
            return cls(inside, None, inside.places, places[inside.places])
        if inside.zone is not None:
            level, _, name = inside.zone.partition(":")
            found = [code for of_level, code in territory.find(name) if of_level == level]
            if not found:
                raise ValueError(f"the town has no zone {name!r} of the level {level!r}")
            return cls(inside, territory.level(level).by_code[found[0]].geometry, found[0], None)
        return cls(inside, shapely.Polygon(inside.polygon), POLYGON, None)

    def holding(self, points: Degrees) -> list[str | None]:
        """Return for each point (shape (n, 2), finite or not) the place that it is in, the nearest of several."""
        finite = np.isfinite(points).all(axis=1)
        names: list[str | None] = [None] * len(points)
        for number in np.flatnonzero(finite).tolist():
            names[number] = self._of(points[number])
        return names

    def _of(self, point: Degrees) -> str | None:
        if self.near is None:
            return self.name if shapely.intersects_xy(self.shape, *point) else None
        far = distances_m(point, self.near.points)
        nearest = int(far.argmin()) if far.size else -1
        return self.near.names[nearest] if far.size and far[nearest] <= self.inside.radius_m else None
