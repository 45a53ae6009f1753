"""The gate of algorithmic video at the door of the facts: an alert that no authorisation allows is set aside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from quietude.ingest.plan import Plan
from quietude.model.event import zone_column
from quietude.video.api import Alert, refusal_of

CAMERA, EVENT = "video.camera", "video.event"


def let_through(facts: pl.DataFrame, plan: Plan) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the alerts that an authorisation allows, and the others with their `reason`.

    `facts` are located and dated, with the values of the manifest's `video`.
    """
    zones = [(level, zone_column(level)) for level in plan.territory.level_names]
    columns = [CAMERA, EVENT, "occurred_from", "lon_deg", "lat_deg", *(column for _, column in zones)]
    reasons = [_reason(row, zones, plan) for row in facts.select(columns).iter_rows(named=True)]
    judged = facts.with_columns(pl.Series("reason", reasons, dtype=pl.String))
    return judged.filter(pl.col("reason").is_null()), judged.filter(pl.col("reason").is_not_null())


def _reason(row: Mapping[str, Any], zones: list[tuple[str, str]], plan: Plan) -> str | None:
    lies_in = frozenset(f"{level}:{row[column]}" for level, column in zones if row[column] is not None)
    lon, lat = row["lon_deg"], row["lat_deg"]
    point = (lon, lat) if lon is not None and lat is not None else None
    alert = Alert(row[EVENT] or "", row[CAMERA] or "", row["occurred_from"], lies_in, point)
    refusal = refusal_of(alert, plan.authorisations)
    return refusal.value if refusal is not None else None
