"""Making the roll-ups of hours that were touched; and letting the values themselves go when only these are kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from math import inf

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

ROWS_AT_ONCE = 500_000
MONTHS_AT_ONCE = 120
Month = tuple[str, int, int]
"""A month as 2026-11, its first second since 1970 and the one after its end."""
_ON = ("series", "step_s", "at")


def roll_up(writer: Writer, *, before: datetime | None = None) -> int:
    """Make the roll-ups of touched hours that ended before a moment (of all when absent); return how many hours."""
    done = 0
    last = _last(before)
    for months in _together(writer.folder.observations, _months(noted(writer.folder.path), last)):
        first, end = months[0][1], months[-1][2]
        with writer.turn():
            there = noted(writer.folder.path)
            chosen = {
                source: {hour for hour in hours if first <= hour < end and hour <= last}
                for source, hours in there.items()
            }
            _roll(writer, [month for month, _first, _end in months], chosen)
            note(writer.folder.path, {source: hours - chosen[source] for source, hours in there.items()})
            done += sum(map(len, chosen.values()))
    return done


def _last(before: datetime | None) -> float:
    """Return the latest hour (seconds since 1970) that has ended before a moment."""
    return inf if before is None else before.timestamp() - HOUR_S


def _months(due: Hours, last: float) -> list[Month]:
    """Return the months with an hour to be made, in their order."""
    found: list[Month] = []
    for hour in sorted({hour for hours in due.values() for hour in hours if hour <= last}):
        if not found or hour >= found[-1][2]:
            begun = moment(hour).replace(day=1, hour=0)
            end = (begun + timedelta(days=31)).replace(day=1)
            found.append((f"{begun:%Y-%m}", int(begun.timestamp()), int(end.timestamp())))
    return found


def _together(values: Table, months: Sequence[Month]) -> Iterator[list[Month]]:
    """Yield neighbouring months whose values are few enough to be read at once: a commit costs as much for one."""
    by_month = values.snapshot().by_month
    gathered: list[Month] = []
    rows = 0
    for month in months:
        more = sum(file.rows for file in by_month.get(month[0], ()))
        if gathered and (rows + more > ROWS_AT_ONCE or len(gathered) == MONTHS_AT_ONCE):
            yield gathered
            gathered, rows = [], 0
        gathered.append(month)
        rows += more
    if gathered:
        yield gathered


def _roll(writer: Writer, months: Sequence[str], chosen: Hours) -> None:
    asked = pl.DataFrame(
        {
            "source": [source for source, hours in chosen.items() for _ in hours],
            "hour": [hour for hours in chosen.values() for hour in hours],
        },
        schema={"source": pl.String, "hour": pl.Int64},
    )
    if asked.is_empty():
        return
    values = _values(writer, months, asked)
    made = [rolled(values, step) for step in STEPS_S if step != DAY_S]
    hours = made[-1]
    others = _hours_beside(writer, months, asked, hours)
    whole = pl.concat([*made, by_day(pl.concat([hours, others]))])
    month = whole["at"].dt.strftime("%Y-%m").to_arrow().cast(pa.string())
    written = whole.to_arrow().cast(ROLLUP_SCHEMA).append_column("month", month)
    schema = pa.schema([pa.field(each.name, each.type) for each in written.schema])
    touched = _meeting(writer.folder.rollups, months, written)
    change = Change(written.cast(schema), written.select(list(_ON)).slice(0, 0), touched, on=_ON)
    swap(writer.engine, writer.folder.rollups, change, verb="roll")


def _values(writer: Writer, months: Sequence[str], asked: pl.DataFrame) -> pl.DataFrame:
    table = writer.folder.observations
    sql = f"""
        SELECT {quoted(table.layout.file_schema.names)}
        FROM read_parquet($files, hive_partitioning = false) v
        SEMI JOIN asked a ON v.source = a.source AND epoch_us(v."at") // 3600000000 * 3600 = a.hour
    """
    return _read(writer, table, months, sql, asked)


def _hours_beside(writer: Writer, months: Sequence[str], asked: pl.DataFrame, hours: pl.DataFrame) -> pl.DataFrame:
    """Return the roll-ups of the other hours of the touched days."""
    table = writer.folder.rollups
    days = asked.select("source", day=pl.col("hour") // DAY_S).unique()
    sql = f"""
        SELECT {quoted(table.layout.file_schema.names)}
        FROM read_parquet($files, hive_partitioning = false) v
        SEMI JOIN asked a ON v.source = a.source AND epoch_us(v."at") // 86400000000 = a.day
        WHERE step_s = {HOUR_S}
    """
    there = _read(writer, table, months, sql, days)
    return there.join(hours, on=list(_ON), how="anti")


def _read(writer: Writer, table: Table, months: Sequence[str], sql: str, asked: pl.DataFrame) -> pl.DataFrame:
    by_month = table.snapshot().by_month
    files = [file for month in months for file in by_month.get(month, ())]
    schema = table.layout.file_schema
    if not files:
        return pl.DataFrame(schema.empty_table())
    with writer.engine.cursor().cursor() as cursor:
        cursor.register("asked", asked.to_arrow())
        found = cursor.execute(sql, {"files": [f"{table.root}/{file.path}" for file in files]}).to_arrow_table()
    return pl.DataFrame(found.cast(schema))


def _meeting(table: Table, months: Sequence[str], written: pa.Table) -> Sequence[DataFile]:
    """Return the files of some months that may hold rows of the same series and times."""
    frame = pl.DataFrame(written.select(["series", "at"]))
    ends = {name: (frame[name].min(), frame[name].max()) for name in ("series", "at")}
    said = {name: (bound_text(low), bound_text(high)) for name, (low, high) in ends.items()}
    by_month = table.snapshot().by_month
    return [
        file
        for month in months
        for file in by_month.get(month, ())
        if all(low <= said[name][1] and high >= said[name][0] for name, low, high in file.bounds if name in said)
    ]
