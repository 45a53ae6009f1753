"""Made-up facts of the made-up town, as a store files them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pyarrow as pa

from quietude.model.event import Reality, event_schema, zone_column
from quietude.model.identity import event_uid
from quietude.model.territory import Territory

CATEGORIES = ("noise", "cleanliness", "parking", "damage", "nuisance")
TOWN_ZONE = ZoneInfo("Europe/Paris")


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How many facts, of which kind; the same recipe always gives the same facts."""

    until: datetime
    """Aware; the last fact happens just before."""
    days: int = 70
    per_day: int = 12
    reality: Reality = Reality.REAL
    source: str = "logbook"
    regime: str = "RGPD"
    sensitivity: str = "internal"
    text: str = "Appel d'un riverain, musique forte"
    seed: int = 7


def facts(territory: Territory, recipe: Recipe) -> pa.Table:
    """Return facts spread evenly over time, at random over the town, its categories and severities."""
    rng = np.random.default_rng(recipe.seed)
    number = recipe.days * recipe.per_day
    step = timedelta(days=recipe.days) / number
    at = [recipe.until - step * (place + 1) for place in range(number)]
    lon, lat = rng.uniform(5.361, 5.439, number), rng.uniform(43.281, 43.319, number)
    zones = territory.assign(lon, lat)
    keys = [f"{recipe.reality}-{recipe.regime}-{place}" for place in range(number)]
    local = [moment.astimezone(TOWN_ZONE) for moment in at]
    frame = pl.DataFrame(
        {
            "uid": [event_uid(recipe.source, key) for key in keys],
            "source": [recipe.source] * number,
            "source_key": keys,
            "occurred_from": at,
            "time_precision": ["minute"] * number,
            "received_at": [recipe.until] * number,
            "category": rng.choice(CATEGORIES, number),
            "source_category": ["mot de la source"] * number,
            "category_by": ["crosswalk:test@1"] * number,
            "severity": rng.choice([1, 2, 3, 4, 5], number, p=[0.3, 0.3, 0.25, 0.1, 0.05]),
            "status": ["closed"] * number,
            "origin": ["reported"] * number,
            "title": [f"Fait {place}" for place in range(number)],
            "text": [recipe.text] * number,
            "lon_deg": lon,
            "lat_deg": lat,
            "accuracy_m": [20.0] * number,
            "place_label": ["12 rue de la Paix"] * number,
            "located_by": ["source"] * number,
            **{zone_column(level): list(codes) for level, codes in zones.items()},
            "regime": [recipe.regime] * number,
            "sensitivity": [recipe.sensitivity] * number,
            "reality": [recipe.reality.value] * number,
            "day": [moment.date() for moment in local],
            "hour_of_week": [moment.weekday() * 24 + moment.hour for moment in local],
        }
    ).to_arrow()
    schema = event_schema(territory.level_names)
    columns = {
        field.name: frame.column(field.name).cast(field.type)
        if field.name in frame.column_names
        else pa.nulls(number, field.type)
        for field in schema
        if field.name not in {"id", "version"}
    }
    return pa.table(columns, schema=pa.schema([field for field in schema if field.name in columns]))
