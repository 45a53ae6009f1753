"""Where an authorisation holds: zones of the town and areas that the act draws, any of them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import shapely
from shapely.errors import GEOSException
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

CORNERS_MOST = 2_000
"""Of one area: an act draws streets and squares, not coasts; each alert is compared with all of it."""
AREAS = ("Polygon", "MultiPolygon")
Point = tuple[float, float]
"""Longitude and latitude, in WGS 84 degrees."""


class PlaceError(ValueError):
    """A place that cannot be: the message says what is wrong and what to do."""


@dataclass(frozen=True, slots=True)
class DrawnArea:
    """An area that an act draws. Its border belongs to it."""

    name: str
    shape: BaseGeometry
    """A valid polygon or several, in WGS 84 degrees."""

    def holds(self, point: Point) -> bool:
        """Tell whether a point lies in it."""
        return bool(self.shape.covers(shapely.Point(*point)))

    def geojson(self) -> dict[str, Any]:
        """Return it as a GeoJSON feature (RFC 7946)."""
        return {"type": "Feature", "properties": {"name": self.name}, "geometry": mapping(self.shape)}


@dataclass(frozen=True, slots=True)
class Places:
    """Where an authorisation holds: in one of its zones or areas; in the whole town where it has none."""

    zones: frozenset[str] = frozenset()
    """As `level:code`."""
    areas: tuple[DrawnArea, ...] = ()

    @property
    def is_whole_town(self) -> bool:
        """Tell whether nothing bounds it."""
        return not self.zones and not self.areas

    def hold(self, zones: Iterable[str], point: Point | None) -> bool:
        """Tell whether what lies in some zones, at a point if that is known, lies in one of the places."""
        if self.is_whole_town or not self.zones.isdisjoint(zones):
            return True
        return point is not None and any(area.holds(point) for area in self.areas)


def drawn_areas(document: Mapping[str, Any]) -> tuple[DrawnArea, ...]:
    """Return the areas of a GeoJSON document: a polygon, a feature, or a collection of them.

    Raises:
        PlaceError: it is no GeoJSON of polygons in degrees, or an area crosses itself, is empty or too long.
    """
    kind = document.get("type") if isinstance(document, Mapping) else None
    if kind == "FeatureCollection":
        features = document.get("features")
        if not isinstance(features, list) or not features:
            raise PlaceError("this collection has no feature: draw one area at least")
        return tuple(_area(each, number) for number, each in enumerate(features, 1))
    return (_area(document if kind == "Feature" else {"properties": {}, "geometry": document}, 1),)


def _area(feature: Any, number: int) -> DrawnArea:
    geometry = feature.get("geometry") if isinstance(feature, Mapping) else None
    kind = geometry.get("type") if isinstance(geometry, Mapping) else None
    if geometry is None or kind not in AREAS:
        raise PlaceError(f"area {number}: expected a GeoJSON polygon, not {kind or 'nothing'}")
    if not all(math.isfinite(each) for each in _numbers(geometry.get("coordinates"))):
        raise PlaceError(f"area {number}: some of its corners are no numbers")
    try:
        found = shapely.force_2d(shape(dict(geometry)))
    except (AttributeError, IndexError, KeyError, TypeError, ValueError, GEOSException) as error:
        raise PlaceError(f"area {number}: its corners cannot be read; write [longitude, latitude]") from error
    return DrawnArea(_name(feature, number), _checked(found, number))


def _numbers(said: Any) -> Iterator[float]:
    """Yield the numbers of nested lists; what is neither is left to whoever reads the shape."""
    if isinstance(said, list | tuple):
        for each in said:
            yield from _numbers(each)
    elif isinstance(said, float):
        yield said


def _checked(found: BaseGeometry, number: int) -> BaseGeometry:
    if found.is_empty or not found.is_valid or not found.area > 0:
        raise PlaceError(f"area {number}: its outline is empty or crosses itself; draw it again")
    west, south, east, north = found.bounds
    if west < -180 or east > 180 or south < -90 or north > 90:
        raise PlaceError(f"area {number}: these are no degrees of longitude and latitude (WGS 84)")
    if shapely.get_num_coordinates(found) > CORNERS_MOST:
        raise PlaceError(f"area {number}: more than {CORNERS_MOST} corners; simplify its outline")
    return found


def _name(feature: Mapping[str, Any], number: int) -> str:
    said = feature.get("properties")
    name = said.get("name") if isinstance(said, Mapping) else None
    return " ".join(str(name).split())[:80] if name else str(number)
