"""A territory as one GeoJSON document: what a computed or corrected territory is saved as."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shapely.geometry import mapping, shape

from quietude.model.territory import Level, Territory, Zone


def territory_to_geojson(territory: Territory) -> dict[str, Any]:
    """Return a feature collection: one feature per zone, the levels and the reason of approximation as members."""
    return {
        "type": "FeatureCollection",
        "approximate": territory.approximate,
        "levels": [{"name": level.name, "labels": dict(level.labels)} for level in territory.levels],
        "features": [_feature(level, zone) for level in territory.levels for zone in level.zones],
    }


def territory_from_geojson(document: Mapping[str, Any]) -> Territory:
    """Return the territory that `territory_to_geojson` wrote.

    Raises:
        KeyError: the document lacks a member that was written.
    """
    zones: dict[str, list[Zone]] = {level["name"]: [] for level in document["levels"]}
    for feature in document["features"]:
        said = feature["properties"]
        zones[said["level"]].append(
            Zone(
                code=said["code"],
                name=said["name"],
                parent=said["parent"],
                geometry=shape(feature["geometry"]),
                population=said["population"],
                attributes=said["attributes"],
            )
        )
    return Territory(
        levels=tuple(
            Level(name=level["name"], labels=level["labels"], zones=tuple(zones[level["name"]]))
            for level in document["levels"]
        ),
        approximate=document["approximate"],
    )


def _feature(level: Level, zone: Zone) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {
            "level": level.name,
            "code": zone.code,
            "name": zone.name,
            "parent": zone.parent,
            "population": zone.population,
            "attributes": dict(zone.attributes),
        },
        "geometry": mapping(zone.geometry),
    }
