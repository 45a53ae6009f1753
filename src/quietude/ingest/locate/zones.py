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
    codes = territory.assign(unique["lon"].fill_null(np.nan).to_numpy(), unique["lat"].fill_null(np.nan).to_numpy())
    columns = [pl.Series(zone_column(level), codes[level].tolist(), dtype=pl.String) for level in territory.level_names]
    return places.join(
        unique.with_columns(columns), on=["lon", "lat"], how="left", nulls_equal=True, maintain_order="left"
    ).drop("lon", "lat")


def h3_cells(lon_deg: pl.Series, lat_deg: pl.Series, resolution: int = H3_RESOLUTION) -> pl.Series:
    """Return the H3 cell of each place as text, null where there is none."""
    places = pl.DataFrame({"lon": lon_deg, "lat": lat_deg}, schema={"lon": pl.Float64, "lat": pl.Float64})
    unique = places.filter(pl.col("lon").is_finite(), pl.col("lat").is_finite()).unique(maintain_order=True)
    cells = [
        h3.latlng_to_cell(lat, lon, resolution)
        for lon, lat in zip(unique["lon"].to_list(), unique["lat"].to_list(), strict=True)
    ]
    unique = unique.with_columns(pl.Series("h3", cells, dtype=pl.String))
    return places.join(unique, on=["lon", "lat"], how="left", maintain_order="left")["h3"]
