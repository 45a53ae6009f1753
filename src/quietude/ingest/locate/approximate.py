"""Rough zones of a town without official outlines, from records that say both where they are and in which zone."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import orjson
import polars as pl

from quietude.model.territory import Level, Territory
from quietude.sources.api import territory_from_geojson, territory_to_geojson, zones_from_points

RESOLUTION = 8  # H3 cells of 0.74 km²: a dozen per town district
REASON = "Contours approximatifs, déduits des enregistrements localisés et de leur code de zone (cellules H3)."


def approximate_territory(
    points: pl.DataFrame, *, level: str, labels: Mapping[str, str], reason: str = REASON, resolution: int = RESOLUTION
) -> Territory:
    """Return a territory of one level from `points`: `lon`, `lat` in degrees, `code` of the zone, and `name` of it.

    Each H3 cell goes to the code that most of its records carry; gaps are filled from their neighbours. Zones neither
    overlap nor depend on the order of the records. `approximate` says `reason` on every map.

    Raises:
        ValueError: no record has a place and a code.
    """
    whole = points.filter(pl.col("code").is_not_null(), pl.col("lon").is_finite(), pl.col("lat").is_finite())
    if whole.is_empty():
        raise ValueError("no record has both coordinates and a zone's code: no zone can be drawn")
    names = dict(
        whole.sort("code", "name").unique("code", keep="first", maintain_order=True).select("code", "name").iter_rows()
    )
    zones = zones_from_points(whole.select("lon", "lat", "code"), names, resolution=resolution)
    return Territory(levels=(Level(name=level, labels=labels, zones=zones),), approximate=reason)


def save_territory(territory: Territory, path: Path) -> None:
    """Write a territory as GeoJSON, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".unfinished")
    unfinished.write_bytes(orjson.dumps(territory_to_geojson(territory), option=orjson.OPT_NON_STR_KEYS))
    unfinished.replace(path)


def load_territory(path: Path) -> Territory:
    """Return the territory that `save_territory` wrote.

    Raises:
        FileNotFoundError: there is no such file.
    """
    return territory_from_geojson(orjson.loads(path.read_bytes()))
