"""Roll-ups of numbers: count, mean, extremes and energetic mean of each series by minute, quarter, hour and day.

They are made hour by hour beside the values as measured. Which hours were touched since is noted before the values are
filed, so a roll-up is never stale: what is noted is read from the values themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import polars as pl
import pyarrow as pa

from quietude.model.observation import OUT_OF_RANGE, ROLLUP_SCHEMA
from quietude.store.files import explaining_full_disk, flush

MINUTE_S, QUARTER_S, HOUR_S, DAY_S = 60, 900, 3_600, 86_400
STEPS_S = (MINUTE_S, QUARTER_S, HOUR_S, DAY_S)
"""Steps that roll-ups are kept for, in seconds; days are those of UTC."""
NOTE = "unrolled.json"
GONE_NOTE = "values-gone.json"
Hours = dict[str, set[int]]
"""By source, the hours (seconds since 1970 UTC at which they begin)."""

_GROUP = ["series", "step_s", "at"]


def rolled(values: pl.DataFrame, step_s: int) -> pl.DataFrame:
    """Return values (`OBSERVATION_SCHEMA`) by steps, as `ROLLUP_SCHEMA`."""
    is_odd = pl.col("quality").str.contains(OUT_OF_RANGE)
    value = pl.when(~is_odd).then(pl.col("value"))
    energy = pl.when(pl.col("unit").str.starts_with("dB")).then((value / 10 * LN10).exp())
    stepped = values.select(
        "source", "series", "unit", "sensitivity", "reality", "lon_deg", "lat_deg",
        step_s=pl.lit(step_s, dtype=pl.Int32),
        at=pl.col("at").dt.truncate(f"{step_s}s"),
        value=value,
        energy=energy,
        is_suspect=pl.col("quality").str.starts_with("suspect"),
    )  # fmt: skip
    return _shaped(
        stepped.group_by(_GROUP).agg(
            pl.col("source", "unit", "sensitivity", "reality", "lon_deg", "lat_deg").max(),
            pl.col("value").mean(),
            _level(pl.col("energy").mean()).alias("leq"),
            pl.col("value").min().alias("low"),
            pl.col("value").max().alias("high"),
            pl.col("value").count().cast(pl.Int64).alias("count"),
            pl.col("is_suspect").sum().cast(pl.Int64).alias("doubtful"),
        )
    )


def by_day(hours: pl.DataFrame) -> pl.DataFrame:
    """Return roll-ups by hour as those of their days."""
    weight = pl.col("count").cast(pl.Float64)
    stepped = hours.with_columns(
        step_s=pl.lit(DAY_S, dtype=pl.Int32),
        at=pl.col("at").dt.truncate(f"{DAY_S}s"),
        total=pl.col("value") * weight,
        energy=(pl.col("leq") / 10 * LN10).exp() * weight,
    )
    heard = pl.col("leq").is_not_null()
    return _shaped(
        stepped.group_by(_GROUP).agg(
            pl.col("source", "unit", "sensitivity", "reality", "lon_deg", "lat_deg").max(),
            pl.when(pl.col("count").sum() > 0).then(pl.col("total").sum() / weight.sum()).alias("value"),
            _level(pl.when(heard.any()).then(pl.col("energy").sum() / weight.filter(heard).sum())).alias("leq"),
            pl.col("low").min(),
            pl.col("high").max(),
            pl.col("count").sum(),
            pl.col("doubtful").sum(),
        )
    )


LN10 = 2.302585092994046  # the natural logarithm of ten


def _level(energy: pl.Expr) -> pl.Expr:
    """Return a mean energy as a level, in dB. Source: ISO 1996-1:2016, 3.1.3 (equivalent continuous level)."""
    return energy.log(10) * 10


def _shaped(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(ROLLUP_SCHEMA.names).sort(_GROUP)


def hours_of(values: pa.Table) -> Hours:
    """Return which hours of which sources some values touch."""
    found = pl.DataFrame(values.select(["source", "at"])).select(
        "source", hour=pl.col("at").dt.truncate("1h").dt.epoch("s")
    )
    return {source: set(part["hour"].to_list()) for (source,), part in found.unique().group_by("source")}


def noted(folder: Path) -> Hours:
    """Return the hours whose roll-ups do not hold."""
    try:
        said = orjson.loads((folder / NOTE).read_bytes())
    except FileNotFoundError:
        return {}
    return {source: set(hours) for source, hours in said.items()}


def note(folder: Path, hours: Mapping[str, Iterable[int]]) -> None:
    """Note the hours whose roll-ups do not hold, and no others (under the lock); durable when it returns."""
    _keep(folder, NOTE, {source: sorted(each) for source, each in hours.items() if each})


def values_gone(folder: Path) -> dict[str, datetime]:
    """Return by source before which moment values were let go whose roll-ups stay: the beginning of an hour."""
    try:
        said = orjson.loads((folder / GONE_NOTE).read_bytes())
    except FileNotFoundError:
        return {}
    return {source: moment(seconds) for source, seconds in said.items()}


def note_values_gone(folder: Path, source: str, before: datetime) -> None:
    """Note that values of a source are let go (under the lock); durable when it returns, never taken back."""
    there = values_gone(folder)
    latest = max(before, there.get(source, before))
    _keep(folder, GONE_NOTE, {name: int(each.timestamp()) for name, each in (there | {source: latest}).items()})


def _keep(folder: Path, name: str, said: Mapping[str, object]) -> None:
    draft = (folder / name).with_suffix(".draft")
    with explaining_full_disk(folder):
        draft.write_bytes(orjson.dumps(said))
        flush(draft)
        draft.replace(folder / name)
        flush(folder)


def note_more(folder: Path, hours: Hours) -> None:
    """Note that hours are touched, besides those that are noted (under the lock)."""
    there = noted(folder)
    if any(not each <= there.get(source, set()) for source, each in hours.items()):
        note(folder, {name: there.get(name, set()) | hours.get(name, set()) for name in there | hours})


def moment(seconds: int) -> datetime:
    """Return seconds since 1970 as a moment."""
    return datetime.fromtimestamp(seconds, UTC)


def step_for(span: timedelta, points: int) -> int:
    """Return the finest step in seconds that gives at most so many points over a span; the day where none does."""
    return next((step for step in STEPS_S if span.total_seconds() / step <= points), DAY_S)
