"""Approximate zones from located records that carry their zone's code: hexagons, each given to its majority."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import h3.api.basic_int as h3
import numpy as np
import polars as pl
import shapely
from pydantic import BaseModel, ConfigDict, Field

from quietude.model.coordinates import read_degrees
from quietude.model.territory import Zone

DEFAULT_RESOLUTION = 8  # cells of 0.74 km², edge 0.53 km: a town quarter has several, a few thousand records fill them


class PointsSpec(BaseModel):
    """Where located records lie and which column says their zone."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: str
    """CSV file (gz allowed)."""
    separator: str = ","
    code: str
    """Column of the zone's code."""
    pattern: str = r"^(.+)$"
    """Regular expression with one group: what of the column is the code; rows that do not match are left out."""
    code_format: str = "{}"
    """How the zone's code is made of the group."""
    name_format: str = "{}"
    """How the zone's name is made of the code, where the level's `names` has none."""
    where: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    """Columns and the values that they must have."""
    lon: str | None = None
    lat: str | None = None
    point: str | None = None
    """One column with both, as in "{'lon': 2.3, 'lat': 48.8}", in place of `lon` and `lat`."""
    scale: float = 1.0
    """Factor of integers that stand for degrees; numbers that are degrees already are left alone."""
    box: tuple[float, float, float, float]
    """West, south, east, north in degrees: records outside are left out."""
    resolution: int = Field(default=DEFAULT_RESOLUTION, ge=4, le=11)


def read_points_level(spec: PointsSpec, path: Path, names: Mapping[str, str]) -> tuple[Zone, ...]:
    """Return approximate zones from the records of one file.

    Raises:
        ValueError: no record of the file is in the box with a code, or a column is missing.
    """
    columns = [c for c in (spec.code, spec.lon, spec.lat, spec.point, *spec.where) if c is not None]
    table = pl.read_csv(path, separator=spec.separator, columns=list(dict.fromkeys(columns)), infer_schema=False)
    for column, wanted in spec.where.items():
        table = table.filter(pl.col(column).is_in(wanted))
    points = table.select(
        lon=_degrees(spec, spec.lon, "lon"),
        lat=_degrees(spec, spec.lat, "lat"),
        code=pl.format(spec.code_format, pl.col(spec.code).str.extract(spec.pattern, 1)),
    )
    west, south, east, north = spec.box
    points = points.filter(
        pl.col("code").is_not_null() & pl.col("lon").is_between(west, east) & pl.col("lat").is_between(south, north)
    )
    if points.is_empty():
        raise ValueError(
            f"{path}: no record has a code like {spec.pattern!r} in {spec.code!r} and a place in {spec.box}"
        )
    titles = {code: names.get(code, spec.name_format.format(code)) for code in points["code"].unique()}
    return zones_from_points(points, titles, resolution=spec.resolution)


def _degrees(spec: PointsSpec, column: str | None, key: str) -> pl.Expr:
    if column is None:
        if spec.point is None:
            raise ValueError(f"points: give `lon` and `lat`, or `point`, for {spec.path}")
        return read_degrees(pl.col(spec.point).str.extract(rf"['\"]?{key}['\"]?\s*:\s*(-?[0-9.]+)", 1))
    degrees = read_degrees(pl.col(column))
    return pl.when(degrees.abs() > 360).then(degrees * spec.scale).otherwise(degrees)


def zones_from_points(
    points: pl.DataFrame, names: Mapping[str, str], *, resolution: int = DEFAULT_RESOLUTION
) -> tuple[Zone, ...]:
    """Return one zone per code of `points` (columns `lon`, `lat` in degrees, `code`), in the order of the codes.

    Each H3 cell goes to the code that most of its records carry (ties: the smaller code); the empty cells within the
    convex hull of the others take the majority of their neighbours, ring after ring, so that the zones leave no gap.
    No two zones overlap. The order of the records does not matter.
    """
    cells = [h3.latlng_to_cell(lat, lon, resolution) for lat, lon in points.select("lat", "lon").iter_rows()]
    counts = (
        points.select("code")
        .with_columns(cell=pl.Series(cells, dtype=pl.UInt64))
        .group_by("cell", "code")
        .len()
        .sort("cell", "len", "code", descending=[False, True, False])
    )
    owner = dict(counts.group_by("cell", maintain_order=True).first().select("cell", "code").iter_rows())
    hull = shapely.convex_hull(shapely.union_all([_hexagon(cell) for cell in owner]))
    shapely.prepare(hull)
    while ring := {cell: code for cell, code in _next_ring(owner).items() if hull.covers(shapely.Point(_centre(cell)))}:
        owner |= ring
    shapes: dict[str, list[shapely.Polygon]] = {}
    for cell in sorted(owner):
        shapes.setdefault(owner[cell], []).append(_hexagon(cell))
    return tuple(
        Zone(code=code, name=names.get(code, code), parent=None, geometry=shapely.union_all(shapes[code]))
        for code in sorted(shapes)
    )


def _hexagon(cell: int) -> shapely.Polygon:
    return shapely.Polygon(np.array(h3.cell_to_boundary(cell))[:, ::-1])


def _centre(cell: int) -> tuple[float, float]:
    lat, lon = h3.cell_to_latlng(cell)
    return lon, lat


def _next_ring(owner: Mapping[int, str]) -> dict[int, str]:
    """Return the owners of the empty cells that touch an owned one."""
    votes: dict[int, dict[str, int]] = {}
    for cell, code in owner.items():
        for neighbour in h3.grid_ring(cell, 1):
            if neighbour not in owner:
                count = votes.setdefault(neighbour, {})
                count[code] = count.get(code, 0) + 1
    return {cell: min(count, key=lambda code: (-count[code], code)) for cell, count in votes.items()}
