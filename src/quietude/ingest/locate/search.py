"""What a typed address may mean: the likeliest places, best first, for a search box."""

from __future__ import annotations

import math
from dataclasses import dataclass

import polars as pl

from quietude.ingest.locate.choose import ranked
from quietude.ingest.locate.geocoder import TEXT_COLUMNS, Geocoder
from quietude.model.event import zone_column


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """One place that an address may mean."""

    label: str
    lon_deg: float
    lat_deg: float
    accuracy_m: float
    located_by: str
    score: float | None
    """Chance that the finest zone is right, were this the place meant; null for a zone known by its name."""
    zones: dict[str, str | None]
    """Level to code."""


def search_address(geocoder: Geocoder, text: str, *, limit: int = 5) -> list[Suggestion]:
    """Return at most `limit` places for a typed address; the first is where `locate` would put a record of it."""
    asked = pl.DataFrame(
        {name: [text if name == "address" else None] for name in TEXT_COLUMNS},
        schema=dict.fromkeys(TEXT_COLUMNS, pl.String),
    )
    levels = geocoder.territory.level_names
    best = geocoder.geocode(asked)
    found = [_suggestion(row, levels) for row in best.iter_rows(named=True) if row["lon_deg"] is not None]
    for row in _others(geocoder, asked, limit).iter_rows(named=True):
        other = _suggestion(row, levels)
        if other.label not in {known.label for known in found}:
            found.append(other)
    return found[:limit]


def _others(geocoder: Geocoder, asked: pl.DataFrame, limit: int) -> pl.DataFrame:
    """Return the next names that are alike, each placed as if it were meant, in the columns of located records."""
    levels = geocoder.territory.level_names
    candidates = ranked(geocoder.understand(asked), geocoder.index, geocoder.gazetteer).head(2 * limit)
    chosen = candidates.with_columns(
        row=pl.int_range(pl.len(), dtype=pl.UInt32),
        shown="label",
        entry_b=pl.lit(None, dtype=pl.UInt32),
        margin=pl.lit(None, dtype=pl.Float64),
    )
    placed = geocoder.place(chosen).filter(pl.col("score") >= geocoder.min_score).sort("row")
    lon, lat = geocoder.borders.plane.to_degrees(placed["x"].to_numpy(), placed["y"].to_numpy())
    return placed.select(
        pl.Series("lon_deg", lon),
        pl.Series("lat_deg", lat),
        "accuracy_m",
        place_label="shown",
        located_by="by",
        located_score="score",
        **{zone_column(level): f"at_{level}" for level in levels},
    )


def _suggestion(row: dict[str, object], levels: tuple[str, ...]) -> Suggestion:
    def number(name: str) -> float:
        value = row[name]
        return float(value) if isinstance(value, int | float) else math.nan

    return Suggestion(
        label=str(row["place_label"]),
        lon_deg=number("lon_deg"),
        lat_deg=number("lat_deg"),
        accuracy_m=number("accuracy_m"),
        located_by=str(row["located_by"]),
        score=None if row["located_score"] is None else number("located_score"),
        zones={level: None if (code := row[zone_column(level)]) is None else str(code) for level in levels},
    )
