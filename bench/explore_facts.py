"""Made-up facts of a town at any number: crowded places, rhythms, holes; for tests and measures of Explore."""

from __future__ import annotations

from datetime import date
from itertools import starmap

import h3.api.basic_str as cells
import numpy as np
import polars as pl
import pyarrow as pa
import shapely

from quietude.model.event import event_schema, zone_column
from quietude.model.territory import Level, Territory, Zone
from quietude.model.vocabulary import Vocabulary

SPOTS = 48
UNPLACED = 0.06
SOURCES = ("municipal_police", "video_centre", "town_desk", "accidents", "landlord")
FICTIONAL = ("municipal_police", "video_centre", "landlord")
HOURS = np.array([5, 4, 3, 2, 2, 2, 3, 4, 6, 6, 6, 6, 6, 6, 6, 7, 8, 9, 9, 9, 9, 9, 8, 7], dtype=np.float64)


def grid_town(rows: int = 3, columns: int = 4) -> Territory:
    """Return a made-up town of square zones at two levels, for where there are no real outlines."""
    west, south, side = 5.30, 43.24, 0.03
    fine: list[Zone] = []
    coarse: list[Zone] = []
    for row in range(rows):
        squares = [
            shapely.box(west + side * column, south + side * row, west + side * (column + 1), south + side * (row + 1))
            for column in range(columns)
        ]
        coarse.append(
            Zone(
                code=f"a{row}",
                name=f"Arrondissement {row + 1}",
                parent=None,
                geometry=shapely.union_all(squares),
                population=50_000 * (row + 1),
            )
        )
        fine += [
            Zone(
                code=f"q{row}{column}",
                name=f"Quartier {row + 1}.{column + 1}",
                parent=f"a{row}",
                geometry=square,
                population=None if column == 0 else 9_000 + 1_000 * column,
            )
            for column, square in enumerate(squares)
        ]
    return Territory(
        levels=(
            Level(name="arrondissement", labels={"fr": "Arrondissement", "en": "District"}, zones=tuple(coarse)),
            Level(name="quartier", labels={"fr": "Quartier", "en": "Neighbourhood"}, zones=tuple(fine)),
        )
    )


def make_facts(
    territory: Territory,
    vocabulary: Vocabulary,
    count: int,
    *,
    seed: int,
    first: date,
    last: date,
    timezone: str = "Europe/Paris",
) -> pa.Table:
    """Return `count` facts as a store takes them (`event_schema` less id and version), always the same for a seed."""
    draw = np.random.default_rng(seed)
    when = _moments(draw, count, first, last)
    lon, lat = _places(draw, territory, count)
    terms = [term for term in vocabulary.terms if term.level > 1]
    weight = draw.pareto(1.2, len(terms)) + 0.05
    term_at = draw.choice(len(terms), count, p=weight / weight.sum())
    codes = np.array([term.code for term in terms], dtype=object)
    labels = np.array([term.label("fr") for term in terms], dtype=object)
    severity = np.clip(np.array([term.severity for term in terms])[term_at] + draw.integers(-1, 2, count), 1, 5)
    source = np.array(SOURCES, dtype=object)[draw.choice(len(SOURCES), count, p=[0.34, 0.1, 0.2, 0.26, 0.1])]
    keys = pl.Series("source_key", np.arange(count)).cast(pl.String).str.zfill(9)
    category = codes[term_at]
    category[draw.random(count) < 0.01] = None
    zones = territory.assign(lon, lat)
    frame = pl.DataFrame(
        {
            "source": source.astype(str),
            "source_key": keys,
            "occurred_from": when,
            "category": category.tolist(),
            "severity": severity.astype(np.int8),
            "title": labels[term_at].astype(str),
            "lon_deg": pl.Series(lon, nan_to_null=True),
            "lat_deg": pl.Series(lat, nan_to_null=True),
            "status": draw.choice(["open", "under_way", "closed", "unknown"], count, p=[0.1, 0.1, 0.6, 0.2]),
            "origin": draw.choice(["reported", "patrol", "sensor"], count, p=[0.7, 0.25, 0.05]),
            "sensitivity": draw.choice(
                ["public", "internal", "restricted", "confidential"], count, p=[0.3, 0.66, 0.03, 0.01]
            ),
            "regime": draw.choice(["RGPD", "TITRE_III"], count, p=[0.97, 0.03]),
            **{zone_column(name): pl.Series(values.tolist(), dtype=pl.String) for name, values in zones.items()},
        }
    )
    return _filled(frame, territory, timezone)


def _moments(draw: np.random.Generator, count: int, first: date, last: date) -> pl.Series:
    days = np.arange(np.datetime64(first), np.datetime64(last) + 1)
    season = 1 + 0.35 * np.sin(2 * np.pi * (days.astype("datetime64[D]").astype(int) % 365) / 365 - 0.9)
    week = np.array([1.0, 1.0, 1.0, 1.05, 1.2, 1.35, 1.1])[(days.astype(int) + 3) % 7]
    weight = season * week
    day = draw.choice(days, count, p=weight / weight.sum())
    hour = draw.choice(24, count, p=HOURS / HOURS.sum())
    seconds = hour * 3600 + draw.integers(0, 3600, count)
    return pl.Series(day.astype("datetime64[us]") + seconds.astype("timedelta64[s]"))


def _places(draw: np.random.Generator, territory: Territory, count: int) -> tuple[np.ndarray, np.ndarray]:
    west, south, east, north = shapely.total_bounds([zone.geometry for zone in territory.levels[0].zones])
    middle = np.array([(west + east) / 2, (south + north) / 2])
    size = np.array([east - west, north - south])
    inside = territory.levels[-1].zones
    anchors = np.array([zone.geometry.representative_point().coords[0] for zone in inside])
    spots = anchors[draw.integers(0, len(anchors), SPOTS)] * 0.7 + middle * 0.3
    weight = draw.pareto(1.1, SPOTS) + 0.1
    at = draw.choice(SPOTS, count, p=weight / weight.sum())
    spread = (draw.random(SPOTS)[at, None] * 0.03 + 0.006) * size
    points = np.round(spots[at] + draw.normal(size=(count, 2)) * spread, 5)
    points[draw.random(count) < UNPLACED] = np.nan
    return points[:, 0], points[:, 1]


def _filled(frame: pl.DataFrame, territory: Territory, timezone: str) -> pa.Table:
    """Add what follows from the rest, and every other column of a fact as null."""
    local = pl.col("occurred_from").dt.replace_time_zone(timezone, ambiguous="earliest", non_existent="null")
    known = [
        pl.lit(value).alias(name) for name, value in (("time_precision", "minute"), ("category_by", "crosswalk:demo@1"))
    ]
    frame = frame.with_columns(local.alias("local")).drop_nulls("local")
    frame = frame.with_columns(
        pl.col("local").dt.convert_time_zone("UTC").alias("occurred_from"),
        pl.col("local").dt.convert_time_zone("UTC").alias("received_at"),
        pl.col("local").dt.date().alias("day"),
        ((pl.col("local").dt.weekday() - 1).cast(pl.Int16) * 24 + pl.col("local").dt.hour().cast(pl.Int16)).alias(
            "hour_of_week"
        ),
        pl.when(pl.col("source").is_in(FICTIONAL)).then(pl.lit("fictional")).otherwise(pl.lit("real")).alias("reality"),
        pl.col("title").alias("source_category"),
        pl.format("{} signalé par {}", "title", "source").alias("text"),
        pl.when(pl.col("lon_deg").is_not_null())
        .then(pl.format("Rue n° {}", pl.col("source_key").str.tail(3)))
        .alias("place_label"),
        pl.when(pl.col("lon_deg").is_not_null()).then(20.0).alias("accuracy_m"),
        pl.Series("h3", _cells(frame["lon_deg"], frame["lat_deg"]), dtype=pl.String),
        pl.lit(None, dtype=pl.List(pl.String)).alias("flags"),
        *known,
    )
    schema = event_schema(territory.level_names)
    # The identity of a fact is the store's business elsewhere; here any 128 bits that follow from the key do.
    uid = (pl.col("source_key").hash(1).cast(pl.String) + pl.col("source_key").hash(2).cast(pl.String)).hash(3)
    frame = frame.with_columns(
        pl.format("{}{}", uid.cast(pl.String).str.zfill(20), pl.col("source_key").str.zfill(12)).alias("uid")
    )
    missing = [name for name in schema.names if name not in frame.columns and name not in {"id", "version"}]
    frame = frame.with_columns(pl.lit(None).alias(name) for name in missing)
    wanted = [field for field in schema if field.name not in {"id", "version"}]
    return frame.select(field.name for field in wanted).to_arrow().cast(pa.schema(wanted))


def _cells(lon: pl.Series, lat: pl.Series) -> list[str | None]:
    def cell(lon_deg: float | None, lat_deg: float | None) -> str | None:
        return None if lon_deg is None or lat_deg is None else cells.latlng_to_cell(lat_deg, lon_deg, 10)

    return list(starmap(cell, zip(lon.to_list(), lat.to_list(), strict=True)))
