"""What the map of a situation shows, and the cameras near it as an index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import shapely

from quietude.model.filter.question import Filter
from quietude.portal.cameras import Camera, current_cameras
from quietude.portal.logbook.placing import small_ground
from quietude.portal.logbook.reading import Reader
from quietude.portal.situations.models import Situation, Unit
from quietude.portal.situations.units import distance_m
from quietude.portal.town import current_store, current_town
from quietude.portal.ui.facts import FactView

CAMERAS_NEAR_M = 400.0
CAMERAS_SHOWN = 12
AROUND_DEG = 0.02
SIMPLE_DEG = 0.0001


@dataclass(frozen=True, slots=True)
class CameraNear:
    """A camera, and how far from the situation it stands."""

    camera: Camera
    distance_m: float


def map_of(situation: Situation, facts: Sequence[FactView], reader: Reader) -> str:
    """Return what the page's map shows of a situation, as far as the reader sees it."""
    found = Unit.objects.filter(withdrawn_at=None).exclude(status=Unit.Status.OFF).exclude(lon_deg=None)
    units = [[unit.lon_deg, unit.lat_deg, unit.code, unit.situation_id == situation.pk] for unit in found]
    return map_json(situation, ground=small_ground(), facts=points_of(facts, reader), units=units)


def map_json(
    situation: Situation, *, ground: Mapping[str, Any], facts: Sequence[list[Any]], units: Sequence[list[Any]]
) -> str:
    """Return a map's content as JSON.

    Keys: `ground`, `bounds` (west, south, east, north), `here` (longitude, latitude, priority; or null), `facts`
    (longitude, latitude, severity, title), `units` (longitude, latitude, call sign, whether it is engaged here),
    `sketches` (what, said, geometry). Degrees are WGS 84.
    """
    lon, lat = situation.lon_deg, situation.lat_deg
    shown: dict[str, Any] = {
        **ground,
        "here": [lon, lat, situation.priority] if lon is not None and lat is not None else None,
        "facts": list(facts),
        "units": list(units),
        "sketches": [
            {"what": sketch.what, "said": sketch.said, "geometry": sketch.geometry}
            for sketch in situation.sketches.filter(removed_at=None)
        ],
    }
    return orjson.dumps(shown).decode()


def open_ground(situation: Situation) -> dict[str, Any]:
    """Return the ground of a map for a reader without an account: outlines of the zones around, which are public."""
    ground = small_ground()
    outlines: list[dict[str, Any]] = []
    if situation.lon_deg is not None and situation.lat_deg is not None:
        around = shapely.Point(situation.lon_deg, situation.lat_deg).buffer(AROUND_DEG)
        zones = current_town().territory.levels[-1].zones
        near = [zone for zone in zones if zone.geometry.intersects(around)]
        shapes = [orjson.loads(shapely.to_geojson(zone.geometry.simplify(SIMPLE_DEG))) for zone in near]
        outlines = [{"type": "Feature", "properties": {}, "geometry": shape} for shape in shapes]
    bare = {**ground["ground"], "levels": []}
    return {**ground, "ground": bare, "outlines": {"type": "FeatureCollection", "features": outlines}}


def points_of(facts: Sequence[FactView], reader: Reader) -> list[list[Any]]:
    """Return longitude, latitude, severity and title of the facts whose point the reader may see."""
    titles = {fact.id: str(fact.title) for fact in facts}
    if not titles:
        return []
    rows = current_store().query(
        reader.viewer, Filter(ids=tuple(titles)), columns=("id", "lon_deg", "lat_deg", "severity")
    )
    return [
        [row["lon_deg"], row["lat_deg"], row["severity"], titles.get(row["id"], "")]
        for row in rows.to_pylist()
        if row["lon_deg"] is not None and row["lat_deg"] is not None
    ]


def cameras_near(situation: Situation) -> list[CameraNear]:
    """Return the cameras of the town's index within 400 m, the nearest first."""
    if situation.lon_deg is None or situation.lat_deg is None:
        return []
    here = (situation.lon_deg, situation.lat_deg)
    found = [
        CameraNear(camera, distance_m(here, (camera.lon_deg, camera.lat_deg))) for camera in current_cameras()
    ]  # fmt: skip
    return sorted((each for each in found if each.distance_m <= CAMERAS_NEAR_M), key=lambda each: each.distance_m)[
        :CAMERAS_SHOWN
    ]
