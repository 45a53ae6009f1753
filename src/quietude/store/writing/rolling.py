"""Making the roll-ups of hours that were touched; and letting the values themselves go when only these are kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import polars as pl
import pyarrow as pa

from quietude.model.observation import ROLLUP_SCHEMA
from quietude.store.files import DataFile, bound_text
from quietude.store.rollups import (
    DAY_S,
    HOUR_S,
    STEPS_S,
    Hours,
    by_day,
    moment,
    note,
    noted,
    rolled,
)
from quietude.store.table import Table
from quietude.store.writing.swap import Change, quoted, swap
from quietude.store.writing.writer import Writer

_ON = ("series", "step_s", "at")


def roll_up(writer: Writer, *, before: datetime | None = None) -> int:
    """Make the roll-ups of touched hours that ended before a moment (of all when absent); return how many hours."""
    done = 0
    for month in sorted({f"{moment(hour):%Y-%m}" for hour in _due(writer, before)}):
        with writer.turn():
            there = noted(writer.folder.path)
            chosen = {
                source: {hour for hour in hours if f"{moment(hour):%Y-%m}" == month and _is_over(hour, before)}
                for source, hours in there.items()
            }
            _roll(writer, month, chosen)
            note(writer.folder.path, {source: hours - chosen[source] for source, hours in there.items()})
            done += sum(map(len, chosen.values()))
    return done


def _due(writer: Writer, before: datetime | None) -> set[int]:
    return {hour for hours in noted(writer.folder.path).values() for hour in hours if _is_over(hour, before)}


def _is_over(hour: int, before: datetime | None) -> bool:
    return before is None or moment(hour) + timedelta(seconds=HOUR_S) <= before


def _roll(writer: Writer, month: str, chosen: Hours) -> None:
    asked = pl.DataFrame(
        {
            "source": [source for source, hours in chosen.items() for _ in hours],
            "hour": [hour for hours in chosen.values() for hour in hours],
        },
        schema={"source": pl.String, "hour": pl.Int64},
    )
    if asked.is_empty():
        return
    values = _values(writer, month, asked)
    made = [rolled(values, step) for step in STEPS_S if step != DAY_S]
    hours = made[-1]
    others = _hours_beside(writer, month, asked, hours)
    whole = pl.concat([*made, by_day(pl.concat([hours, others]))])
    written = whole.to_arrow().cast(ROLLUP_SCHEMA).append_column("month", pa.array([month] * whole.height, pa.string()))
    schema = pa.schema([pa.field(each.name, each.type) for each in written.schema])
    touched = _meeting(writer.folder.rollups, month, written)
    change = Change(written.cast(schema), written.select(list(_ON)).slice(0, 0), touched, on=_ON)
    swap(writer.engine, writer.folder.rollups, change, verb="roll")


def _values(writer: Writer, month: str, asked: pl.DataFrame) -> pl.DataFrame:
    table = writer.folder.observations
    sql = f"""
        SELECT {quoted(table.layout.file_schema.names)}
        FROM read_parquet($files, hive_partitioning = false) v
        SEMI JOIN asked a ON v.source = a.source AND epoch_us(v."at") // 3600000000 * 3600 = a.hour
    """
    return _read(writer, table, month, sql, asked)


def _hours_beside(writer: Writer, month: str, asked: pl.DataFrame, hours: pl.DataFrame) -> pl.DataFrame:
    """Return the roll-ups of the other hours of the touched days."""
    table = writer.folder.rollups
    days = asked.select("source", day=pl.col("hour") // DAY_S).unique()
    sql = f"""
        SELECT {quoted(table.layout.file_schema.names)}
        FROM read_parquet($files, hive_partitioning = false) v
        SEMI JOIN asked a ON v.source = a.source AND epoch_us(v."at") // 86400000000 = a.day
        WHERE step_s = {HOUR_S}
    """
    there = _read(writer, table, month, sql, days)
    return there.join(hours, on=list(_ON), how="anti")


def _read(writer: Writer, table: Table, month: str, sql: str, asked: pl.DataFrame) -> pl.DataFrame:
    files = table.snapshot().by_month.get(month, ())
    schema = table.layout.file_schema
    if not files:
        return pl.DataFrame(schema.empty_table())
    with writer.engine.cursor().cursor() as cursor:
        cursor.register("asked", asked.to_arrow())
        found = cursor.execute(sql, {"files": [f"{table.root}/{file.path}" for file in files]}).to_arrow_table()
    return pl.DataFrame(found.cast(schema))


def _meeting(table: Table, month: str, written: pa.Table) -> Sequence[DataFile]:
    """Return the files of a month that may hold rows of the same series and times."""
    frame = pl.DataFrame(written.select(["series", "at"]))
    ends = {name: (frame[name].min(), frame[name].max()) for name in ("series", "at")}
    said = {name: (bound_text(low), bound_text(high)) for name, (low, high) in ends.items()}
    return [
        file
        for file in table.snapshot().by_month.get(month, ())
        if all(low <= said[name][1] and high >= said[name][0] for name, low, high in file.bounds if name in said)
    ]
