"""Where facts happened: coordinates, addresses and positions handed to the locator, then zones and cells."""

from __future__ import annotations

import polars as pl

from quietude.ingest.plan import Plan
from quietude.model.event import zone_column

HANDED = {
    "address": "address",
    "postcode": "postcode",
    "zone_hint": "zone_hint",
    "lon": "lon_raw",
    "lat": "lat_raw",
    "km": "km",
    "km_offset": "km_offset",
}
"""Part of a manifest's place to the locator's column."""
OUT_OF_TOWN = "coordinates:out_of_town"
"""Flag of the locator: the coordinates can be read, but no repair brings them into the town."""
NOWHERE = {
    "lon_deg": pl.Float64,
    "lat_deg": pl.Float64,
    "accuracy_m": pl.Float32,
    "place_label": pl.String,
    "located_by": pl.String,
    "located_score": pl.Float32,
}


def located(frame: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """Return the facts with place, zone and `h3` columns, `place_flags`, `is_outside`; `place.*` are used up."""
    spec = plan.manifest.map.place
    zones = [zone_column(level) for level in plan.territory.level_names]
    handed = _handed(frame, plan)
    if spec is None or not handed.width:
        return frame.with_columns(
            *(pl.lit(None, dtype=dtype).alias(name) for name, dtype in NOWHERE.items()),
            *(pl.lit(None, dtype=pl.String).alias(name) for name in (*zones, "h3")),
            place_flags=pl.lit([], dtype=pl.List(pl.String)),
            is_outside=pl.lit(value=False),
        )
    found = plan.locator.locate(handed, scale=spec.scale, source_accuracy_m=spec.accuracy_m)
    if "place.label" in frame.columns:
        found = found.with_columns(place_label=pl.coalesce(frame["place.label"], found["place_label"]))
    if "address" in handed.columns:
        found = found.with_columns(place_label=pl.coalesce(found["place_label"], handed["address"]))
    is_outside = found["place_flags"].list.contains(OUT_OF_TOWN).fill_null(value=False).alias("is_outside")
    kept = frame.drop([name for name in frame.columns if name.startswith("place.")])
    return kept.hstack([*found.select(*NOWHERE, *zones, "h3", "place_flags"), is_outside])


def _handed(frame: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    parts = [pl.col(f"place.{part}").alias(name) for part, name in HANDED.items() if f"place.{part}" in frame.columns]
    handed = frame.select(parts)
    if plan.positions is None or "place.position_key" not in frame.columns:
        return handed
    positions = frame.select(key="place.position_key").join(plan.positions, on="key", how="left", maintain_order="left")
    for part, name in (("lon", "lon_raw"), ("lat", "lat_raw")):
        own = (
            handed[name]
            if name in handed.columns
            else pl.Series(name, [None], dtype=pl.String).new_from_index(0, frame.height)
        )
        handed = handed.with_columns(pl.Series(name, own).fill_null(positions[part]))
    return handed
