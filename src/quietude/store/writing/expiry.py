"""What the end of a duration does short of erasing a fact: made general, its old versions or old numbers gone.

All of it is physical: the files that held what goes are deleted before the verb returns.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from quietude.model.observation import played_series
from quietude.store.files import DataFile
from quietude.store.layout import Layout
from quietude.store.rollups import moment, note, note_values_gone, noted
from quietude.store.table import Table
from quietude.store.writing.content import key_of, prepare
from quietude.store.writing.keys import holds_source
from quietude.store.writing.purge import finish_purge, note_purge
from quietude.store.writing.rolling import roll_up
from quietude.store.writing.swap import Change, quoted, rows_with, swap
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
    """Delete a source's numbers and roll-ups from before a moment, from every file; return how many numbers went."""
    folder = writer.folder
    with writer.turn():
        there = noted(folder.path)
        if source in there:
            note(folder.path, there | {source: {hour for hour in there[source] if moment(hour) >= before}})
        _let_go(writer, folder.rollups, source, before, on=_ROLLED)
        return _let_go(writer, folder.observations, source, before, on=_MEASURED)


def let_values_go(writer: Writer, source: str, before: datetime) -> int:
    """Delete a source's numbers from before an hour, once their roll-ups are made; return how many went.

    What is noted as gone is no more than what there was: a day too far ahead keeps no later value out.
    """
    before = before.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    folder = writer.folder
    while True:
        roll_up(writer, before=before)
        with writer.turn():
            if any(moment(hour) < before for hour in noted(folder.path).get(source, ())):
                continue  # touched again in between
            newest = _newest(writer, folder.observations, source, before)
            if newest is None:
                return 0
            ends = newest.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
            note_values_gone(folder.path, source, ends)
            return _let_go(writer, folder.observations, source, before, on=_MEASURED)


def _newest(writer: Writer, table: Table, source: str, before: datetime) -> datetime | None:
    """Return when the newest of a source's numbers from before a moment was measured."""
    files = [f"{table.root}/{file.path}" for file in _holding(table, source) if file.month <= f"{before:%Y-%m}"]
    if not files:
        return None
    sql = """
        SELECT epoch_us(max("at")) FROM read_parquet($files, hive_partitioning = false)
        WHERE source = $source AND "at" < $before
    """
    with writer.engine.cursor().cursor() as cursor:
        found = cursor.execute(sql, {"files": files, "source": source, "before": before}).fetchone()
    return EPOCH + timedelta(microseconds=found[0]) if found is not None and found[0] is not None else None


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def forget_played(writer: Writer, source: str, mark: str) -> int:
    """Delete the series of a source that an exercise played, with their roll-ups; return how many values went."""
    folder, chosen, asked = writer.folder, "starts_with(series, $mark)", {"mark": played_series(mark, "")}
    with writer.turn():
        _take_out(
            writer, folder.rollups, _holding(folder.rollups, source), (chosen, {"source": source, **asked}), on=_ROLLED
        )
        files = _holding(folder.observations, source)
        return _take_out(writer, folder.observations, files, (chosen, {"source": source, **asked}), on=_MEASURED)


_MEASURED, _ROLLED = ("series", "at"), ("series", "step_s", "at")


def _holding(table: Table, source: str) -> list[DataFile]:
    return [file for file in table.snapshot().files if holds_source(file, source)]


def _let_go(writer: Writer, table: Table, source: str, before: datetime, *, on: tuple[str, ...]) -> int:
    files = [file for file in _holding(table, source) if file.month <= f"{before:%Y-%m}"]
    return _take_out(writer, table, files, ('"at" < $before', {"source": source, "before": before}), on=on)


def _take_out(
    writer: Writer,
    table: Table,
    files: Sequence[DataFile],
    chosen: tuple[str, Mapping[str, object]],
    *,
    on: tuple[str, ...],
) -> int:
    """Delete rows of a source from files (under the lock): the condition of which in SQL, with its values."""
    if not files:
        return 0
    root, (condition, given) = f"{table.root}/", chosen
    sql = f"""
        SELECT {quoted(on)}, replace(filename, $root, '') AS path
        FROM read_parquet($files, filename = true, hive_partitioning = false)
        WHERE source = $source AND {condition}
    """
    values = {"files": [root + file.path for file in files], "root": root, **given}
    with writer.engine.cursor().cursor() as cursor:
        going = cursor.execute(sql, values).to_arrow_table()
    if not going.num_rows:
        return 0
    touched = chosen_files(files, going["path"])
    note_purge(writer.folder, (), numbers={file.month for file in touched})
    change = Change(_loose(table.layout).empty_table(), going.select(list(on)), touched, on=on)
    swap(writer.engine, table, change, verb="expire")
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


def _loose(layout: Layout) -> pa.Schema:
    return pa.schema([pa.field(field.name, field.type) for field in layout.schema])
