"""The town's places as the map draws them: outlines of zones, labels, and counts by zone."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import orjson
import polars as pl
import shapely

from quietude.model.event import zone_column
from quietude.model.territory import Level, Territory

TOLERANCE_DEG = {"fine": 0.0002, "coarse": 0.0004}
"""Simplification of outlines; 0.0002 degrees are about 20 m: under a pixel below zoom 13."""
DECIMALS = 5  # a metre
CLASSES = 5  # more steps of one hue cannot be told apart in a legend
NAMED_KINDS = ("street", "place")
"""Kinds of the gazetteer's rows that the map names; house numbers are not."""
PER_INHABITANTS = 1000
RATE_POPULATION_MIN = 200
"""Below that many inhabitants a rate says more about the denominator (parks, docks, business parks) than the zone."""


@dataclass(frozen=True, slots=True)
class ZoneCount:
    """One zone's facts; `per_1000` is None where the population is unknown or too small to divide by."""

    code: str
    name: str
    count: int
    population: int | None
    per_1000: float | None


def outlines(level: Level) -> bytes:
    """Return the zones of one level as GeoJSON: simplified together, so that neighbours still share their border."""
    tolerance = TOLERANCE_DEG["fine" if len(level.zones) > 1 else "coarse"]
    simple = shapely.coverage_simplify([zone.geometry for zone in level.zones], tolerance)
    rounded = shapely.transform(np.asarray(simple, dtype=object), lambda corners: np.round(corners, DECIMALS))
    anchors = shapely.point_on_surface(rounded)
    features = [
        {
            "type": "Feature",
            "geometry": orjson.Fragment(geometry),
            "properties": {
                "code": zone.code,
                "name": zone.name,
                "parent": zone.parent,
                "population": zone.population,
                "lon": round(float(anchor.x), DECIMALS),
                "lat": round(float(anchor.y), DECIMALS),
            },
        }
        for zone, geometry, anchor in zip(level.zones, shapely.to_geojson(rounded), anchors, strict=True)
    ]
    return orjson.dumps({"type": "FeatureCollection", "features": features})


def digest(content: bytes) -> str:
    """Return a short name of some bytes, for ETags."""
    return hashlib.sha256(content).hexdigest()[:16]


def bounds(territory: Territory) -> tuple[float, float, float, float]:
    """Return west, south, east, north of the town, in degrees."""
    west, south, east, north = shapely.total_bounds([zone.geometry for zone in territory.levels[0].zones])
    return float(west), float(south), float(east), float(north)


def labels(places: pl.DataFrame) -> bytes:
    """Return streets and places as GeoJSON points with `name` and `kind`.

    `places` has the columns kind, name, lon, lat; the same name twice within about a kilometre is drawn once.
    """
    shown = (
        places.filter(pl.col("kind").is_in(NAMED_KINDS))
        .filter(pl.col("lon").is_not_null() & pl.col("lat").is_not_null() & pl.col("name").is_not_null())
        .with_columns(pl.col("lon").round(2).alias("near_lon"), pl.col("lat").round(2).alias("near_lat"))
        .unique(["kind", "name", "near_lon", "near_lat"], keep="first", maintain_order=True)
    )
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [round(lon, DECIMALS), round(lat, DECIMALS)]},
            "properties": {"name": name, "kind": kind},
        }
        for name, kind, lon, lat in shown.select("name", "kind", "lon", "lat").iter_rows()
    ]
    return orjson.dumps({"type": "FeatureCollection", "features": features})


def zone_counts(level: Level, counts: Mapping[str | None, int]) -> list[ZoneCount]:
    """Return all zones of a level with their counts, zones without facts included, the fullest first."""
    rows = []
    for zone in level.zones:
        count = counts.get(zone.code, 0)
        holds = zone.population is not None and zone.population >= RATE_POPULATION_MIN
        rate = count * PER_INHABITANTS / zone.population if holds and zone.population else None
        rows.append(ZoneCount(zone.code, zone.name, count, zone.population, rate))
    return sorted(rows, key=lambda row: (-row.count, row.name))


def quantile_classes(values: Sequence[float], classes: int = CLASSES, *, are_counts: bool = False) -> list[float]:
    """Return the lower bounds of at most `classes` classes that hold about as many values each.

    Bounds are round numbers (two significant digits; whole ones of counts) in rising order; zeros are left out: zones
    without facts are not a class of facts. Equal bounds are merged, so skewed values give fewer classes rather than
    empty ones.
    """
    positive = np.sort(np.asarray([value for value in values if value > 0], dtype=np.float64))
    if positive.size == 0:
        return []
    raw = np.quantile(positive, np.linspace(0, 1, classes + 1)[:-1])
    bounds_ = [_round_down(float(raw[0]))]
    for bound in raw[1:]:
        rounded = _round(float(np.ceil(bound) if are_counts else bound))
        if bounds_[-1] < rounded <= positive[-1]:
            bounds_.append(rounded)
    return bounds_


def column_of(level: Level) -> str:
    """Return the column of facts that holds a level's codes."""
    return zone_column(level.name)


def _round(value: float) -> float:
    digits = 1 - int(np.floor(np.log10(value)))
    return float(round(value, digits))


def _round_down(value: float) -> float:
    step = 10.0 ** (int(np.floor(np.log10(value))) - 1)
    return float(round(np.floor(value / step + 1e-9) * step, 10))
