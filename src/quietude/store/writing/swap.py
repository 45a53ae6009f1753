"""Changing facts: old versions to the history first, then files swapped for others in one commit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from quietude.store.engines.duck import DuckEngine
from quietude.store.files import DataFile, delete_files, write_files
from quietude.store.layout import Layout
from quietude.store.table import Table

_WRITERS = 2  # compression takes the time, and small machines have two cores
_BATCH_ROWS = 120_000


@dataclass(frozen=True, slots=True)
class Change:
    """What is to become of some rows of one table.

    `written` (the table's columns, with month) replaces the rows of `touched` that are the same by the columns `on`;
    the rows of `touched` named in `gone` (those columns) leave.
    """

    written: pa.Table
    gone: pa.Table
    touched: Sequence[DataFile]
    on: tuple[str, ...] = ("key", "uid")


def append_rows(table: Table, rows: pa.Table, *, verb: str) -> None:
    """Add rows (with month, in any order) to a table by months, in one commit."""
    with undone_on_failure(table) as adds:
        _by_month(table, rows, adds)
        table.commit(adds, [], verb=verb)


def swap(engine: DuckEngine, table: Table, change: Change, *, verb: str) -> None:
    """Carry out a change in one commit. Files in months without touched ones are new; the others are made again."""
    touched_months = {file.month for file in change.touched}
    is_rewritten = pc.is_in(change.written["month"], pa.array(sorted(touched_months), pa.string()))
    with undone_on_failure(table) as adds:
        _by_month(table, change.written.filter(pc.invert(is_rewritten)), adds)
        for month in sorted(touched_months):
            files = [file for file in change.touched if file.month == month]
            adds.extend(_rewritten(engine, table, month, files, change))
        table.commit(adds, list(change.touched), verb=verb)


def compact(engine: DuckEngine, table: Table, files: Sequence[DataFile]) -> int:
    """Join files of one partition into as few as needed, sorted; return how many."""
    with undone_on_failure(table) as adds:
        sql = f"SELECT * FROM read_parquet($files, hive_partitioning = false) ORDER BY {_order(table.layout)}"
        values = {"files": [f"{table.root}/{file.path}" for file in files]}
        adds.extend(_streamed(engine, table, dict(files[0].partition), sql, values=values, arrays={}))
        table.commit(adds, files, verb="compact")
    return len(adds)


@contextmanager
def undone_on_failure(table: Table) -> Iterator[list[DataFile]]:
    """Give a list to note written files in: they are deleted when their commit does not come about."""
    written: list[DataFile] = []
    before = table.snapshot().version
    try:
        yield written
    except BaseException:
        if table.snapshot().version == before:
            delete_files(table.root, written)
        raise


def _order(layout: Layout) -> str:
    return quoted(layout.sort_by)


def quoted(names: Iterable[str]) -> str:
    """Return columns' names as SQL."""
    return ", ".join(f'"{name}"' for name in names)


def sorted_rows(rows: pa.Table, by: Sequence[str]) -> pa.Table:
    """Return the rows in the order of some columns, nulls last."""
    frame = pl.DataFrame(rows.select(list(dict.fromkeys(by))))
    order = frame.select(pl.arg_sort_by(list(by), nulls_last=True)).to_series().to_numpy()
    return rows.combine_chunks().take(pa.array(order))


def _by_month(table: Table, rows: pa.Table, written: list[DataFile]) -> None:
    """Write rows as files of their months (as one file in a table without months), noted as each is complete."""
    if not rows.num_rows:
        return
    if not table.layout.partition_by:
        written += write_files(table.root, table.layout, {}, sorted_rows(rows, table.layout.sort_by).to_batches())
        return
    ordered = sorted_rows(rows, ("month", *table.layout.sort_by))
    months = ordered["month"].to_numpy()
    starts = np.flatnonzero(np.concatenate(([True], months[1:] != months[:-1])))
    ends = np.append(starts[1:], len(months))

    def write(start: int, end: int) -> None:
        batches = ordered.slice(start, end - start).to_batches()
        written.extend(write_files(table.root, table.layout, {"month": str(months[start])}, batches))

    with ThreadPoolExecutor(_WRITERS) as pool:
        for _ in pool.map(write, starts.tolist(), ends.tolist()):
            continue  # an error of a writer is raised here, when all have ended


def _rewritten(
    engine: DuckEngine, table: Table, month: str, files: Sequence[DataFile], change: Change
) -> list[DataFile]:
    """Write the rows that files keep, with the rows that are written to their month."""
    names, same = quoted(table.layout.file_schema.names), quoted(change.on)
    sql = f"""
        SELECT {names} FROM read_parquet($files, hive_partitioning = false)
        ANTI JOIN (SELECT {same} FROM gone UNION ALL SELECT {same} FROM written) USING ({same})
        UNION ALL BY NAME SELECT {names} FROM written WHERE month = $month
        ORDER BY {_order(table.layout)}
    """
    values = {"files": [f"{table.root}/{file.path}" for file in files], "month": month}
    return _streamed(
        engine, table, {"month": month}, sql, values=values, arrays={"gone": change.gone, "written": change.written}
    )


def _streamed(
    engine: DuckEngine,
    table: Table,
    partition: Mapping[str, str],
    sql: str,
    *,
    values: Mapping[str, object],
    arrays: Mapping[str, pa.Table],
) -> list[DataFile]:
    cursor = engine.cursor().cursor()
    try:
        for name, rows in arrays.items():
            cursor.register(name, rows)
        return write_files(
            table.root, table.layout, partition, cursor.execute(sql, values).to_arrow_reader(_BATCH_ROWS)
        )
    finally:
        cursor.close()


def rows_with(engine: DuckEngine, table: Table, files: Iterable[DataFile], wanted: pa.Table) -> pa.Table:
    """Return the rows of some files whose (key, uid) is in `wanted`, with `path`, the file that each is in."""
    root = f"{table.root}/"
    paths = [root + file.path for file in files]
    names = table.layout.file_schema.names
    schema = pa.schema(
        [*(pa.field(name, table.layout.schema.field(name).type) for name in names), ("path", pa.string())]
    )
    if not paths or not wanted.num_rows:
        return schema.empty_table()
    sql = f"""
        SELECT {quoted(names)}, replace(filename, $root, '') AS path
        FROM read_parquet($files, filename = true, hive_partitioning = false) SEMI JOIN wanted USING (key, uid)
    """
    with engine.cursor().cursor() as cursor:
        cursor.register("wanted", wanted.select(["key", "uid"]))
        return cursor.execute(sql, {"files": paths, "root": root}).to_arrow_table().cast(schema)


def superseded(rows: pa.Table, next_month: Sequence[str], at: datetime, history: Layout) -> pa.Table:
    """Return current rows as rows of the history: filed under the month of their name, with what followed them."""
    months = [f"{name[:4]}-{name[4:6]}" for name in rows["id"].to_pylist()]
    count = rows.num_rows
    columns = {
        **{name: rows[name] for name in rows.schema.names},
        "superseded_at": pa.array([at] * count, pa.timestamp("us", tz="UTC")),
        "next_month": pa.array(list(next_month), pa.string()),
        "month": pa.array(months, pa.string()),
    }
    return pa.table({name: columns[name] for name in history.schema.names})
