"""What a question draws on the map: a box, an outline, a circle; and the part of the town it is about."""

from __future__ import annotations

import math

import shapely
from shapely.geometry.base import BaseGeometry

from quietude.model.filter.question import ABSENT, Filter
from quietude.model.territory import Territory

EARTH_M_PER_DEG = 111_195.0  # of latitude: mean radius 6,371.0088 km times pi / 180
CIRCLE_CORNERS = 64
MARGIN_DEG = 0.002  # some 200 m, so that a point or a small zone is not drawn from edge to edge

Bounds = tuple[float, float, float, float]


def area_of(question: Filter) -> BaseGeometry | None:
    """Return the shape that was drawn, or None."""
    if question.polygon is not None:
        return shapely.Polygon(question.polygon)
    if question.box is not None:
        box = question.box
        return shapely.box(box.west_deg, box.south_deg, box.east_deg, box.north_deg)
    if question.near is not None:
        near = question.near
        tall = near.radius_m / EARTH_M_PER_DEG
        wide = tall / max(0.01, math.cos(math.radians(near.lat_deg)))
        turns = [2 * math.pi * corner / CIRCLE_CORNERS for corner in range(CIRCLE_CORNERS)]
        return shapely.Polygon(
            [(near.lon_deg + wide * math.cos(turn), near.lat_deg + tall * math.sin(turn)) for turn in turns]
        )
    return None


def bounds_of(question: Filter, territory: Territory) -> Bounds | None:
    """Return west, south, east, north of the places that the question names; None when it names none."""
    drawn = area_of(question)
    shapes = [drawn] if drawn is not None else []
    for name, code in question.zones.any_of:
        if name in territory.level_names and code != ABSENT and code in territory.level(name).by_code:
            shapes.append(territory.level(name).by_code[code].geometry)
    if not shapes:
        return None
    west, south, east, north = (float(edge) for edge in shapely.total_bounds(shapes))
    return west - MARGIN_DEG, south - MARGIN_DEG, east + MARGIN_DEG, north + MARGIN_DEG
