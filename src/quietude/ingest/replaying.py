"""Past facts and values as an exercise: the same at other times, under other names, marked, and gone after a week."""

from __future__ import annotations

from datetime import datetime, timedelta

import polars as pl
import pyarrow as pa

from quietude.ingest.filing import GIVEN_BY_STORE
from quietude.ingest.hashing import event_uids
from quietude.ingest.times import hour_of_week
from quietude.model.event import Reality
from quietude.model.observation import OBSERVATION_SCHEMA, played_series

KEPT = timedelta(days=7)
"""How long facts of an exercise are kept, whatever their source."""


def as_exercise(facts: pa.Table, mark: str, *, by: timedelta, now: datetime, timezone: str) -> pa.Table:
    """Return facts of one source as those of an exercise, so much later, in the columns that the store takes.

    Args:
        facts: `event_schema(levels)`, all of one source.
        mark: name of the exercise: no fact of it is another's, nor the real one's.
        by: what is added to each of their times.
        now: the moment they are received, aware.
        timezone: of the days they fall on.
    """
    schema = pa.schema([field for field in facts.schema if field.name not in GIVEN_BY_STORE])
    frame = pl.DataFrame(facts)
    if frame.is_empty():
        return schema.empty_table()
    frame = frame.with_columns(
        pl.concat_str(pl.lit(f"{mark}:"), pl.coalesce("source_key", "uid")).alias("source_key"),
        *(pl.col(name).dt.offset_by(f"{by // timedelta(microseconds=1)}us") for name in _TIMES),
        reality=pl.lit(Reality.EXERCISE.value),
        received_at=pl.lit(now).dt.convert_time_zone("UTC"),
        retain_until=pl.lit((now + KEPT).date()),
    )
    local = pl.col("occurred_from").dt.convert_time_zone(timezone).dt.replace_time_zone(None)
    frame = frame.with_columns(
        event_uids(frame["source"][0], frame["source_key"]),
        day=local.dt.date(),
        hour_of_week=hour_of_week(local, pl.col("time_precision")),
    )
    return frame.select(schema.names).to_arrow().cast(schema)


def numbers_as_exercise(numbers: pa.Table, mark: str, *, by: timedelta, now: datetime) -> pa.Table:
    """Return values (`OBSERVATION_SCHEMA`) as those of an exercise, so much later, in series of its own.

    Args:
        numbers: real or made up.
        mark: name of the exercise, before the colon of each series.
        by: what is added to each of their times.
        now: the moment they are received, aware.
    """
    frame = pl.DataFrame(numbers)
    names = {name: played_series(mark, name) for name in frame["series"].unique().to_list()}
    if not names:
        return OBSERVATION_SCHEMA.empty_table()
    played = frame.with_columns(
        pl.col("series").replace_strict(names, return_dtype=pl.String),
        pl.col("at").dt.offset_by(f"{by // timedelta(microseconds=1)}us"),
        reality=pl.lit(Reality.EXERCISE.value),
        received_at=pl.lit(now).dt.convert_time_zone("UTC"),
    )
    return played.select(OBSERVATION_SCHEMA.names).to_arrow().cast(OBSERVATION_SCHEMA)


_TIMES = ("occurred_from", "occurred_to", "reported_at")
