"""Maps of authorisations of video: where they hold, for the register's form and for whoever is filmed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson
import shapely
from shapely.geometry import shape

from quietude.portal.logbook.placing import small_ground
from quietude.portal.town import current_town
from quietude.portal.video_gate.models import Authorisation

PAD_DEG = 0.004
SIMPLE_DEG = 0.0001


def map_of(kept: Sequence[Authorisation], *, is_open: bool) -> str:
    """Return the content of a map as JSON: what is drawn, the outlines of named zones, and bounds around both.

    As `situations.grounds.map_json`. One that `is_open` has nothing that asks for an account.
    """
    ground = small_ground()
    areas = [feature for each in kept for feature in each.areas]
    zones = [zone.geometry for each in kept for zone in each.named_zones()]
    shapes = [*(shape(feature["geometry"]) for feature in areas), *zones]
    shown: dict[str, Any] = {
        **ground,
        "here": None,
        "facts": [],
        "units": [],
        "sketches": [
            {"what": "perimeter", "said": feature["properties"]["name"], "geometry": feature["geometry"]}
            for feature in areas
        ],
        "outlines": {"type": "FeatureCollection", "features": [_outline(zone) for zone in zones]},
    }
    if shapes:
        west, south, east, north = shapely.total_bounds(shapes).tolist()
        shown["bounds"] = [west - PAD_DEG, south - PAD_DEG, east + PAD_DEG, north + PAD_DEG]
    if is_open:
        shown["ground"] = {**ground["ground"], "levels": []}
        coarse = current_town().territory.levels[0].zones  # what the signed in have from another address
        shown["outlines"]["features"] += [_outline(zone.geometry) for zone in coarse]
    return orjson.dumps(shown).decode()


def _outline(zone: Any) -> dict[str, Any]:
    geometry = orjson.loads(shapely.to_geojson(zone.simplify(SIMPLE_DEG)))
    return {"type": "Feature", "properties": {}, "geometry": geometry}
