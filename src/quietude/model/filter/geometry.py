"""Circles and outlines of a question as bounds and numbers, the same for every engine."""

from __future__ import annotations

import math
from dataclasses import dataclass

from quietude.model.filter.question import Box, Near, Polygon

EARTH_RADIUS_M = 6_371_008.8  # mean radius of the Earth (IUGG 1980: (2a + b) / 3 of GRS 80)

_MARGIN = 1 + 1e-9  # a bounding box may be a hair too large, never too small


@dataclass(frozen=True, slots=True)
class Bounds:
    """Degrees between which all points of a shape lie; a shape over the 180th meridian is bounded by parallels only."""

    west_deg: float
    south_deg: float
    east_deg: float
    north_deg: float


@dataclass(frozen=True, slots=True)
class Edge:
    """A side of an outline that is not level: from parallel `low_deg` to `high_deg`, and its line.

    A ray to the east from (lon, lat) crosses it when `low_deg <= lat < high_deg` and
    `lon < (lat - lat0_deg) * slope + lon0_deg`.
    """

    low_deg: float
    high_deg: float
    lat0_deg: float
    lon0_deg: float
    slope: float


def chord(near: Near) -> float:
    """Return the largest value of the haversine of the central angle that is still within the radius, in 0..1."""
    angle = min(near.radius_m / EARTH_RADIUS_M, math.pi)
    return math.sin(angle / 2) ** 2


def bounds_of_near(near: Near) -> Bounds:
    """Return the box around a circle on the sphere; all meridians where it holds a pole or crosses the 180th."""
    angle = math.degrees(near.radius_m / EARTH_RADIUS_M) * _MARGIN + 1e-12
    south, north = near.lat_deg - angle, near.lat_deg + angle
    everywhere = Bounds(-math.inf, south, math.inf, north)
    if south <= -90 or north >= 90:
        return everywhere
    ratio = math.sin(math.radians(angle)) / math.cos(math.radians(near.lat_deg))
    if ratio >= 1:
        return everywhere
    width = math.degrees(math.asin(ratio)) * _MARGIN + 1e-12
    west, east = near.lon_deg - width, near.lon_deg + width
    return everywhere if west < -180 or east > 180 else Bounds(west, south, east, north)


def bounds_of_box(box: Box) -> Bounds:
    """Return the box itself."""
    return Bounds(box.west_deg, box.south_deg, box.east_deg, box.north_deg)


def bounds_of_polygon(polygon: Polygon) -> Bounds:
    """Return the smallest box around an outline."""
    lons, lats = [lon for lon, _ in polygon], [lat for _, lat in polygon]
    return Bounds(min(lons), min(lats), max(lons), max(lats))


def edges(polygon: Polygon) -> tuple[Edge, ...]:
    """Return the sides that a ray to the east can cross: level ones never count in the even-odd rule."""
    sides = zip(polygon, polygon[1:] + polygon[:1], strict=True)
    return tuple(
        Edge(min(y1, y2), max(y1, y2), y1, x1, (x2 - x1) / (y2 - y1)) for (x1, y1), (x2, y2) in sides if y1 != y2
    )
