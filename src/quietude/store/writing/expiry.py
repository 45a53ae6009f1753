"""What the end of a duration does short of erasing a fact: made general, its old versions or old numbers gone.

All of it is physical: the files that held what goes are deleted before the verb returns.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from quietude.store.files import DataFile
from quietude.store.layout import Layout
from quietude.store.table import Table
from quietude.store.writing.content import key_of, prepare
from quietude.store.writing.keys import holds_source
from quietude.store.writing.purge import finish_purge, note_purge
from quietude.store.writing.swap import Change, rows_with, swap
from quietude.store.writing.writer import Writer, chosen_files


def reduce(writer: Writer, events: pa.Table) -> int:
    """Put poorer facts in place of those that are there (same uid and day), forgetting every older version of them.

    Args:
        writer: the writer.
        events: whole facts, columns of `event_schema(levels)` with the `id` and `version` they have.

    Returns how many facts changed; uids that are not there are left aside.

    Raises:
        ValueError: a fact would change its day, and with it its month: that is a correction, not a reduction.
    """
    prepared = prepare(writer.engine.cursor(), events, writer.folder.levels, kept=("id", "version"))
    folder = writer.folder
    with writer.turn():
        wanted = prepared.select(["key", "uid"])
        current = rows_with(writer.engine, folder.events, folder.events.snapshot().files, wanted)
        past = rows_with(writer.engine, folder.history, folder.history.snapshot().files, wanted)
        present = prepared.filter(pc.is_in(prepared["uid"], current["uid"].combine_chunks()))
        days = dict(zip(current["uid"].to_pylist(), current["day"].to_pylist(), strict=True))
        if any(
            days[uid] != day for uid, day in zip(present["uid"].to_pylist(), present["day"].to_pylist(), strict=True)
        ):
            raise ValueError("a reduced fact keeps its day; file a correction for another one")
        note_purge(folder, months_of(current) | months_of(past))
        _leave(writer, folder.history, past, ("key", "uid"))
        touched = chosen_files(folder.events.snapshot().files, current["path"])
        schema = _loose(folder.events.layout)
        written = present.select(schema.names).cast(schema)
        swap(writer.engine, folder.events, Change(written, current.select(["key", "uid"]), touched), verb="reduce")
        finish_purge(folder)
        return int(present.num_rows)


def forget_versions(writer: Writer, versions: Sequence[tuple[str, int]]) -> int:
    """Delete superseded versions, named by uid and number, from every file; return how many were there."""
    if not versions:
        return 0
    folder = writer.folder
    asked = pa.table(
        {
            "key": pa.array([key_of(uid) for uid, _ in versions], pa.int64()),
            "uid": pa.array([uid for uid, _ in versions], pa.string()),
            "version": pa.array([version for _, version in versions], pa.int32()),
        }
    )
    with writer.turn():
        past = rows_with(writer.engine, folder.history, folder.history.snapshot().files, asked)
        named = set(versions)
        is_named = [pair in named for pair in zip(past["uid"].to_pylist(), past["version"].to_pylist(), strict=True)]
        going = past.filter(pa.array(is_named, pa.bool_()))
        note_purge(folder, months_of(going))
        _leave(writer, folder.history, going, ("key", "uid", "version"))
        finish_purge(folder)
        return int(going.num_rows)


def expire_observations(writer: Writer, source: str, before: datetime) -> int:
    """Delete a source's numbers from before a moment, from every file; return how many went."""
    table = writer.folder.observations
    with writer.turn():
        files = [
            file for file in table.snapshot().files if holds_source(file, source) and file.month <= f"{before:%Y-%m}"
        ]
        going = _numbers(writer, table, files, source, before)
        if not going.num_rows:
            return 0
        touched = chosen_files(files, going["path"])
        note_purge(writer.folder, (), numbers={file.month for file in touched})
        nothing = _loose(table.layout).empty_table()
        keys = ("series", "at")
        swap(writer.engine, table, Change(nothing, going.select(list(keys)), touched, on=keys), verb="expire")
        finish_purge(writer.folder)
        return int(going.num_rows)


def months_of(rows: pa.Table) -> set[str]:
    """Return the months that any version was, is or is named in, in which old files may hold it."""
    found = {f"{day:%Y-%m}" for day in rows["day"].to_pylist()}
    found |= {f"{name[:4]}-{name[4:6]}" for name in rows["id"].to_pylist()}
    return found | (set(rows["next_month"].to_pylist()) if "next_month" in rows.schema.names else set())


def _leave(writer: Writer, table: Table, rows: pa.Table, on: tuple[str, ...]) -> None:
    touched = chosen_files(table.snapshot().files, rows["path"])
    change = Change(_loose(table.layout).empty_table(), rows.select(list(on)), touched, on=on)
    swap(writer.engine, table, change, verb="expire")


def _numbers(writer: Writer, table: Table, files: Sequence[DataFile], source: str, before: datetime) -> pa.Table:
    if not files:
        return pa.table({name: pa.nulls(0, kind) for name, kind in (("series", pa.string()), ("path", pa.string()))})
    root = f"{table.root}/"
    sql = """
        SELECT series, "at", replace(filename, $root, '') AS path
        FROM read_parquet($files, filename = true, hive_partitioning = false)
        WHERE source = $source AND "at" < $before
    """
    values = {"files": [root + file.path for file in files], "root": root, "source": source, "before": before}
    with writer.engine.cursor().cursor() as cursor:
        return cursor.execute(sql, values).to_arrow_table()


def _loose(layout: Layout) -> pa.Schema:
    return pa.schema([pa.field(field.name, field.type) for field in layout.schema])
