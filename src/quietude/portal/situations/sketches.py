"""What is drawn on the map of a situation: a perimeter, a cordon, a meeting point."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Any

import orjson
import shapely
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext

from quietude.portal.accounts.models import User
from quietude.portal.situations.changing import Acting, What, open_one
from quietude.portal.situations.models import Situation, Sketch
from quietude.portal.situations.units import EARTH_M

SHAPES = {
    Sketch.What.PERIMETER: "Polygon",
    Sketch.What.CORDON: "LineString",
    Sketch.What.MEETING_POINT: "Point",
}
POINTS_MAX = 200
CORNERS = 48
RADIUS_MAX_M = 20_000
AWAY_DEG = 2.0
"""A sketch is of the town: what lies further from it is a mistake of signs or order."""


@transaction.atomic
def draw(by: User, key: str, now: datetime, *, what: str, geometry: str, said: str = "") -> Sketch:
    """Draw something on the map.

    Args:
        by: who draws.
        key: of the situation.
        now: aware.
        what: of `Sketch.What`.
        geometry: GeoJSON geometry as text; a polygon, a line or a point as `what` wants it.
        said: a few words.

    Raises:
        ValidationError: it is no such shape.
    """
    situation = open_one(by, key)
    shape = _shape(what, geometry, (situation.lon_deg, situation.lat_deg))
    acting = Acting(by, now)
    row = situation.sketches.create(what=what, geometry=shape, said=" ".join(said.split())[:120], at=now, by=by)
    acting.made(row)
    acting.line(situation, What.DRAWN, said=said, ref=what)
    return row


@transaction.atomic
def rub_out(by: User, key: str, sketch: int, now: datetime) -> None:
    """Take something off the map.

    Raises:
        ValidationError: it is not there.
    """
    situation = open_one(by, key)
    found = situation.sketches.filter(pk=sketch, removed_at=None).first()
    if found is None:
        raise ValidationError(gettext("Somebody took it off already."))
    acting = Acting(by, now)
    acting.change(found, removed_at=now)
    acting.line(situation, What.RUBBED_OUT, said=found.said, ref=found.what)


def circle(situation: Situation, radius_m: float) -> str:
    """Return a circle around a situation as a GeoJSON polygon, for those who draw by numbers.

    Raises:
        ValidationError: the situation has no point, or the circle is wider than a town.
    """
    if situation.lon_deg is None or situation.lat_deg is None:
        raise ValidationError(gettext("Say first where the situation is: a circle needs a middle."))
    if not 0 < radius_m <= RADIUS_MAX_M:
        raise ValidationError(gettext("A perimeter has between 1 and %(n)d metres.") % {"n": RADIUS_MAX_M})
    degrees = math.degrees(radius_m / EARTH_M)
    wide = degrees / math.cos(math.radians(situation.lat_deg))
    turns = [2 * math.pi * corner / CORNERS for corner in range(CORNERS)]
    ring = [
        [round(situation.lon_deg + wide * math.cos(turn), 6), round(situation.lat_deg + degrees * math.sin(turn), 6)]
        for turn in turns
    ]
    return orjson.dumps({"type": "Polygon", "coordinates": [[*ring, ring[0]]]}).decode()


def _shape(what: str, text: str, near: tuple[float | None, float | None]) -> dict[str, Any]:
    wanted = SHAPES.get(Sketch.What(what)) if what in Sketch.What.values else None
    refusal = ValidationError(gettext("This drawing cannot be read: draw it again."))
    try:
        content = orjson.loads(text)
        shape = shapely.from_geojson(text)
    except (orjson.JSONDecodeError, shapely.errors.GEOSException) as error:
        raise refusal from error
    if not isinstance(content, dict) or shape is None or shape.geom_type != wanted or shape.is_empty:
        raise refusal
    if shapely.get_num_coordinates(shape) > POINTS_MAX:
        raise ValidationError(gettext("At most %(n)d corners.") % {"n": POINTS_MAX})
    west, south, east, north = shape.bounds
    is_world = -180 <= west <= east <= 180 and -90 <= south <= north <= 90
    lon, lat = near
    is_far = lon is not None and lat is not None and shape.distance(shapely.Point(lon, lat)) > AWAY_DEG
    if not is_world or is_far or not shape.is_valid:
        raise ValidationError(gettext("This shape crosses itself, or lies far from the situation: draw it again."))
    return {"type": content["type"], "coordinates": content["coordinates"]}
