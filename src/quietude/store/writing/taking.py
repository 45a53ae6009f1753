"""An import taken back whole: its new facts gone from every file, the versions it replaced current again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import polars as pl
import pyarrow as pa

from quietude.store.files import DataFile
from quietude.store.results import TakenBack
from quietude.store.table import Table
from quietude.store.writing.expiry import months_of
from quietude.store.writing.keys import holds_source
from quietude.store.writing.purge import finish_purge, note_purge
from quietude.store.writing.swap import Change, quoted, rows_with, swap
from quietude.store.writing.writer import Writer, chosen_files, stands


def take_back(writer: Writer, source: str, received_at: datetime) -> TakenBack:
    """Undo what one import of a source did; see `Store.take_back`.

    The facts are changed first: killed in between, a version is in the history that is also the current one, which a
    reader of versions leaves aside.
    """
    folder = writer.folder
    with writer.turn():
        files = [file for file in folder.events.snapshot().files if holds_source(file, source)]
        came = _received(writer, files, source, received_at)
        standing = came.filter(stands(came["flags"]))
        going = came.filter(pa.compute.invert(stands(came["flags"])))
        past = rows_with(writer.engine, folder.history, folder.history.snapshot().files, going)
        back = _earlier(past, received_at)
        if going.num_rows:
            note_purge(folder, months_of(going) | months_of(past))
            names = folder.events.layout.schema.names
            gone = going.select(["key", "uid"])
            swap(
                writer.engine,
                folder.events,
                Change(_current(back, folder.events).select(names), gone, chosen_files(files, going["path"])),
                verb="take back",
            )
            _leave_history(writer, past, back)
            finish_purge(folder)
        return TakenBack(
            gone=going.num_rows - back.num_rows,
            restored=back.num_rows,
            kept=standing.num_rows,
            version=folder.events.snapshot().version,
        )


def _received(writer: Writer, files: Sequence[DataFile], source: str, at: datetime) -> pa.Table:
    table = writer.folder.events
    names = table.layout.file_schema.names
    schema = pa.schema(
        [*(pa.field(name, table.layout.schema.field(name).type) for name in names), ("path", pa.string())]
    )
    if not files:
        return schema.empty_table()
    root = f"{table.root}/"
    sql = f"""
        SELECT {quoted(names)}, replace(filename, $root, '') AS path
        FROM read_parquet($files, filename = true, hive_partitioning = false)
        WHERE source = $source AND received_at = $at
    """
    with writer.engine.cursor().cursor() as cursor:
        given = {"files": [root + file.path for file in files], "root": root, "source": source, "at": at}
        return cursor.execute(sql, given).to_arrow_table().cast(schema)


def _earlier(past: pa.Table, at: datetime) -> pa.Table:
    """Return of each fact the newest version from before the import; of facts that it brought there is none."""
    order = pl.DataFrame({name: pl.Series(past[name]) for name in ("uid", "version", "received_at")}).with_row_index()
    newest = order.filter(pl.col("received_at") < at).sort("version").group_by("uid").agg(pl.col("index").last())
    return past.take(pa.array(newest["index"].sort().to_numpy()))


def _current(back: pa.Table, events: Table) -> pa.Table:
    """Return versions of the history as rows of the current facts, by the month of their own day."""
    months = pa.array([f"{day:%Y-%m}" for day in back["day"].to_pylist()], pa.string())
    kept = back.select([name for name in events.layout.file_schema.names if name != "month"])
    return kept.append_column("month", months)


def _leave_history(writer: Writer, past: pa.Table, back: pa.Table) -> None:
    """Take out of the history what is current again, what came after it, and all of the facts that are gone."""
    history = writer.folder.history
    floor = dict(zip(back["uid"].to_pylist(), back["version"].to_pylist(), strict=True))
    versions = zip(past["uid"].to_pylist(), past["version"].to_pylist(), strict=True)
    is_leaving = [version >= floor.get(uid, 0) for uid, version in versions]
    leaving = past.filter(pa.array(is_leaving, pa.bool_()))
    if not leaving.num_rows:
        return
    keys = ("key", "uid", "version")
    nothing = pa.schema([pa.field(field.name, field.type) for field in history.layout.schema]).empty_table()
    touched = chosen_files(history.snapshot().files, leaving["path"])
    swap(writer.engine, history, Change(nothing, leaving.select(list(keys)), touched, on=keys), verb="take back")
