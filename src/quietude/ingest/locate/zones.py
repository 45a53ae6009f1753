"""Zones and hexagons of located facts, computed once per distinct place."""

from __future__ import annotations

import h3.api.basic_str as h3
import numpy as np
import polars as pl

from quietude.model.event import zone_column
from quietude.model.territory import Territory

H3_RESOLUTION = 10  # cells of 0.015 km², edge 76 m: finer than what any source states, coarser than a front door


def assign_zones(lon_deg: pl.Series, lat_deg: pl.Series, territory: Territory) -> pl.DataFrame:
    """Return one column `zone_<level>` per level, in the order of the rows; null outside the town or with no place."""
    places = pl.DataFrame({"lon": lon_deg, "lat": lat_deg}, schema={"lon": pl.Float64, "lat": pl.Float64})
    unique = places.unique(maintain_order=True)
    known = unique.hstack(zones_of(unique["lon"], unique["lat"], territory))
    return places.join(known, on=["lon", "lat"], how="left", nulls_equal=True, maintain_order="left").drop("lon", "lat")


def h3_cells(lon_deg: pl.Series, lat_deg: pl.Series, resolution: int = H3_RESOLUTION) -> pl.Series:
    """Return the H3 cell of each place as text, null where there is none."""
    places = pl.DataFrame({"lon": lon_deg, "lat": lat_deg}, schema={"lon": pl.Float64, "lat": pl.Float64})
    unique = places.filter(pl.col("lon").is_finite(), pl.col("lat").is_finite()).unique(maintain_order=True)
    known = unique.with_columns(cells_of(unique["lon"], unique["lat"], resolution))
    return places.join(known, on=["lon", "lat"], how="left", maintain_order="left")["h3"]


def zones_of(lon_deg: pl.Series, lat_deg: pl.Series, territory: Territory) -> pl.DataFrame:
    """Return the zones of each place, as `assign_zones`, computing each row."""
    codes = territory.assign(lon_deg.fill_null(np.nan).to_numpy(), lat_deg.fill_null(np.nan).to_numpy())
    return pl.DataFrame(
        [pl.Series(zone_column(level), codes[level].tolist(), dtype=pl.String) for level in territory.level_names]
    )


def cells_of(lon_deg: pl.Series, lat_deg: pl.Series, resolution: int = H3_RESOLUTION) -> pl.Series:
    """Return the H3 cell of each place (finite, none missing) as text, computing each row."""
    degrees = zip(lat_deg.to_list(), lon_deg.to_list(), strict=True)
    return pl.Series("h3", [h3.latlng_to_cell(lat, lon, resolution) for lat, lon in degrees], dtype=pl.String)
