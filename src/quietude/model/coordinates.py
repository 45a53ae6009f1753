"""Coordinates as sources write them: commas, integers, zeros, swapped pairs; read on columns, each repair named."""

from __future__ import annotations

import math
from collections.abc import Sequence

import polars as pl

from quietude.model.territory import Territory

Box = tuple[float, float, float, float]
"""West, south, east, north, in WGS 84 degrees."""

MARGIN_DEG = 0.05  # about 5 km: just over the border is the town's business, the next town is not
INTEGER_SCALES = (1e-5, 1e-6, 1e-7)  # degrees written as integers by French police files, by GPS receivers, by the JTS
_EMPTY = ("", "nan", "null", "none", "na", "n/a", "-")


def plausible_boxes(territory: Territory, *, margin_deg: float = MARGIN_DEG) -> tuple[Box, ...]:
    """Return a box around each zone of the coarsest level, widened by `margin_deg` on each side.

    Raises:
        ValueError: the territory has no zone.
    """
    zones = [zone for level in territory.levels[:1] for zone in level.zones]
    if not zones:
        raise ValueError("the territory has no zone: nothing says which coordinates are plausible")
    bounds = [zone.geometry.bounds for zone in zones]
    return tuple((w - margin_deg, s - margin_deg, e + margin_deg, n + margin_deg) for w, s, e, n in bounds)


def read_degrees(written: pl.Expr) -> pl.Expr:
    """Return numbers of text with decimal point or comma; null where nothing is written, NaN where it is no number."""
    text = written.cast(pl.String).str.strip_chars()
    number = text.str.replace(",", ".", literal=True).str.replace_all(r"[\s\u00a0]", "").cast(pl.Float64, strict=False)
    is_absent = text.is_null() | text.str.to_lowercase().is_in(_EMPTY)
    return pl.when(is_absent).then(None).otherwise(number.fill_null(math.nan))


def repair_coordinates(
    lon_written: pl.Series, lat_written: pl.Series, boxes: Sequence[Box], *, scale: float | None = None
) -> pl.DataFrame:
    """Return what the written coordinates mean, row by row, as columns `lon_deg`, `lat_deg`, `repair`, `refusal`.

    `repair` is null (as written), "scaled" (integers made degrees), "swapped" or "scaled+swapped"; the first reading
    that falls in one of `boxes` wins, in this order: as written, scaled, swapped, both. `refusal` is null, "absent"
    (empty or zero), "not_a_number" or "out_of_town"; degrees are null with any refusal. `scale` is the factor that
    the source declares; it is tried before the usual ones.
    """
    frame = pl.DataFrame({"lon": lon_written.cast(pl.String), "lat": lat_written.cast(pl.String)}).select(
        lon=read_degrees(pl.col("lon")), lat=read_degrees(pl.col("lat"))
    )
    is_absent = pl.col("lon").is_null() | pl.col("lat").is_null() | ((pl.col("lon") == 0) & (pl.col("lat") == 0))
    is_number = pl.col("lon").is_finite() & pl.col("lat").is_finite()
    no_text = pl.lit(None, dtype=pl.String)
    read = frame.with_columns(
        is_plain=_inside(boxes, pl.col("lon"), pl.col("lat")).fill_null(value=False),
        refusal=pl.when(is_absent).then(pl.lit("absent")).when(~is_number).then(pl.lit("not_a_number")),
    ).with_columns(
        lon_deg=pl.when("is_plain").then("lon"),
        lat_deg=pl.when("is_plain").then("lat"),
        repair=no_text,
        row=pl.int_range(pl.len()),
    )
    odd = read.filter(~pl.col("is_plain"), pl.col("refusal").is_null())
    if odd.is_empty():
        return read.select("lon_deg", "lat_deg", "repair", "refusal")
    whole = pl.concat([read.join(odd.select("row"), on="row", how="anti"), _repair(odd, boxes, scale)], how="diagonal")
    return whole.sort("row").select("lon_deg", "lat_deg", "repair", "refusal")


def _inside(boxes: Sequence[Box], lon: pl.Expr, lat: pl.Expr) -> pl.Expr:
    return pl.any_horizontal([lon.is_between(w, e) & lat.is_between(s, n) for w, s, e, n in boxes])


def _repair(odd: pl.DataFrame, boxes: Sequence[Box], scale: float | None) -> pl.DataFrame:
    """Return the numbers that are no plausible degrees as written, read otherwise where that makes them plausible."""
    pairs = [(name, pl.col(x) / whole, pl.col(y) / whole) for name, whole, x, y in _readings(scale)]
    chosen = pl.coalesce([pl.when(_inside(boxes, lon, lat)).then(pl.lit(i)) for i, (_, lon, lat) in enumerate(pairs)])
    read = odd.with_columns(chosen=chosen)
    return read.with_columns(
        lon_deg=pl.coalesce([pl.when(pl.col("chosen") == i).then(lon) for i, (_, lon, _) in enumerate(pairs)]),
        lat_deg=pl.coalesce([pl.when(pl.col("chosen") == i).then(lat) for i, (_, _, lat) in enumerate(pairs)]),
        repair=pl.coalesce([pl.when(pl.col("chosen") == i).then(pl.lit(name)) for i, (name, _, _) in enumerate(pairs)]),
        refusal=pl.when(pl.col("chosen").is_null()).then(pl.lit("out_of_town")),
    )


def _readings(scale: float | None) -> list[tuple[str, float, str, str]]:
    """Return (name of the repair, divisor, column of the longitude, column of the latitude) in order of preference.

    4350000 divided by 1e5 is 43.5; multiplied by 1e-5 it is 43.50000000000001.
    """
    scales = tuple(dict.fromkeys(_divisor(s) for s in (scale, *INTEGER_SCALES) if s is not None and s != 1.0))
    return [
        *[("scaled", s, "lon", "lat") for s in scales],
        ("swapped", 1.0, "lat", "lon"),
        *[("scaled+swapped", s, "lat", "lon") for s in scales],
    ]


def _divisor(scale: float) -> float:
    divisor = 1.0 / scale
    return float(round(divisor)) if abs(divisor - round(divisor)) < 1e-6 * divisor else divisor
