"""Acts on facts that are there: withdrawn by their source, given another category, erased."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from quietude.model.event import Status
from quietude.store.files import DataFile
from quietude.store.results import Erasure, Recoded
from quietude.store.writing.content import digest_sql, key_of
from quietude.store.writing.expiry import months_of
from quietude.store.writing.keys import holds_source
from quietude.store.writing.purge import finish_purge, note_purge
from quietude.store.writing.swap import Change, append_rows, rows_with, swap
from quietude.store.writing.writer import Writer, chosen_files

WITHDRAWN = "withdrawn"
UNMAPPED = "category:unmapped"
"""The flag of a fact whose source category its crosswalk did not know; a recoding that knows it takes the flag away."""

_COMMIT_ROWS = 200_000  # changed facts in one commit: a few hundred megabytes


def retract(writer: Writer, source: str, uids: Sequence[str], *, reason: str) -> int:
    """Give facts that left their source's snapshot a closed version with a flag."""
    if not uids:
        return 0
    flag = f"{WITHDRAWN}:{reason}"
    levels = writer.folder.levels
    with writer.turn():
        wanted = _wanted(uids)
        files = [file for file in writer.folder.events.snapshot().files if holds_source(file, source)]
        old = rows_with(writer.engine, writer.folder.events, files, wanted)
        old = old.filter(pc.equal(old["source"], source))
        sql = f"""
            SELECT * REPLACE (version + 1 AS version, {digest_sql(levels)} AS digest), strftime(day, '%Y-%m') AS month
            FROM (
                SELECT * REPLACE ($status AS status, list_append(coalesce(flags, []::VARCHAR[]), $flag) AS flags)
                FROM old
                WHERE NOT list_contains(coalesce(flags, []::VARCHAR[]), $flag)
            )
        """
        with writer.engine.cursor().cursor() as cursor:
            cursor.register("old", old)
            changes = cursor.execute(sql, {"status": Status.CLOSED.value, "flag": flag}).to_arrow_table()
        _replace(writer, changes, old)
        return int(changes.num_rows)


def recode(writer: Writer, source: str, codes: pa.Table, *, category_by: str) -> Recoded:
    """Give facts the categories that their source categories have in `codes`."""
    codes = _complete(codes)
    examined = changed = uncovered = 0
    with writer.turn():
        snapshot = writer.folder.events.snapshot()
        files = [file for file in snapshot.files if holds_source(file, source)]
        for group in _groups(files):
            with writer.engine.cursor().cursor() as cursor:
                cursor.register("codes", codes)
                counts = cursor.execute(_EXAMINED, _values(writer, group, source)).fetchall()[0]
                examined, uncovered = examined + counts[0], uncovered + counts[1]
                values = {**_values(writer, group, source), "root": f"{writer.folder.events.root}/"}
                old = cursor.execute(_RECODED_OLD, values).to_arrow_table()
                cursor.register("old", old)
                recoded = cursor.execute(_recoded_sql(writer.folder.levels), {"category_by": category_by})
                changes = recoded.to_arrow_table()
            changed += changes.num_rows
            _replace(writer, changes, old)
        return Recoded(
            examined=examined,
            changed=changed,
            uncovered=uncovered,
            version=writer.folder.events.snapshot().version,
        )


_RULED = "(e.category_by IS NULL OR starts_with(e.category_by, 'crosswalk:'))"
_SCAN = "read_parquet($files, filename = true, hive_partitioning = false) e"
_EXAMINED = f"""
    SELECT count(*), count(*) FILTER (c.is_code IS NULL)
    FROM {_SCAN} LEFT JOIN codes c ON e.source_category IS NOT DISTINCT FROM c.source_category
    WHERE e.source = $source AND {_RULED}
"""
_RECODED_OLD = f"""
    SELECT e.* EXCLUDE (filename), replace(filename, $root, '') AS path
    FROM {_SCAN} JOIN codes c ON e.source_category IS NOT DISTINCT FROM c.source_category
    WHERE e.source = $source AND {_RULED} AND (
        e.category IS DISTINCT FROM c.category
        OR e.severity <> coalesce(c.severity, e.severity)
        OR list_contains(coalesce(e.flags, []::VARCHAR[]), '{UNMAPPED}')
    )
"""


def _recoded_sql(levels: tuple[str, ...]) -> str:
    return f"""
        SELECT * REPLACE (version + 1 AS version, {digest_sql(levels)} AS digest), strftime(day, '%Y-%m') AS month
        FROM (
            SELECT o.* REPLACE (
                c.category AS category,
                coalesce(c.severity, o.severity) AS severity,
                c.category_confidence AS category_confidence,
                $category_by AS category_by,
                list_filter(coalesce(o.flags, []::VARCHAR[]), lambda flag: flag <> '{UNMAPPED}') AS flags
            )
            FROM old o JOIN codes c ON o.source_category IS NOT DISTINCT FROM c.source_category
        )
    """


def _complete(codes: pa.Table) -> pa.Table:
    """Return the codes with all columns, one row a source category."""
    schema = {
        "source_category": pa.string(),
        "category": pa.string(),
        "severity": pa.int8(),
        "category_confidence": pa.float32(),
    }
    missing = {"source_category", "category"} - set(codes.schema.names)
    if missing:
        raise ValueError(f"codes without column {sorted(missing)}; columns are {codes.schema.names}")
    columns = {
        name: codes[name].cast(kind) if name in codes.schema.names else pa.nulls(codes.num_rows, kind)
        for name, kind in schema.items()
    }
    complete = pa.table(columns).append_column("is_code", pa.array([True] * codes.num_rows, pa.bool_()))
    if len(codes["source_category"].unique()) != codes.num_rows:
        raise ValueError("codes say a source category twice")
    return complete


def _groups(files: Sequence[DataFile]) -> Iterator[list[DataFile]]:
    """Yield the files by months, together as many as one commit should change."""
    group: list[DataFile] = []
    for file in sorted(files, key=lambda file: file.path):
        group.append(file)
        if sum(each.rows for each in group) >= _COMMIT_ROWS:
            yield group
            group = []
    if group:
        yield group


def _values(writer: Writer, files: Sequence[DataFile], source: str) -> dict[str, object]:
    root = writer.folder.events.root
    return {"files": [f"{root}/{file.path}" for file in files], "source": source}


def _replace(writer: Writer, changes: pa.Table, old: pa.Table) -> None:
    """File new versions in place of the old rows among `old` that they follow."""
    if not changes.num_rows:
        return
    schema = writer.folder.events.layout.schema
    loose = pa.schema([pa.field(field.name, field.type) for field in schema])
    fitted = changes.select(schema.names).cast(loose)
    replaced = old.filter(pc.is_in(old["uid"], fitted["uid"].combine_chunks()))
    writer.file(loose.empty_table(), fitted, replaced)


def erase(writer: Writer, uids: Sequence[str], *, reason: str, by: str) -> Erasure:
    """Erase facts and all their past from every file of the folder."""
    erasure_id = secrets.token_hex(8)
    wanted = sorted(set(uids))
    with writer.turn():
        erased, versions, deleted = erase_facts(
            writer, wanted, enter=lambda: _enter(writer, erasure_id, wanted, reason=reason, by=by)
        )
        return Erasure(
            erasure_id=erasure_id,
            asked=len(wanted),
            erased=erased,
            versions=versions,
            files=deleted,
            version=writer.folder.events.snapshot().version,
        )


def erase_facts(writer: Writer, uids: Sequence[str], *, enter: Callable[[], None]) -> tuple[int, int, int]:
    """Take facts and their past out of every file (under the lock); `enter` writes the ledger before anything goes.

    Returns how many facts, past versions and files went.
    """
    folder, engine = writer.folder, writer.engine
    wanted = _wanted(uids)
    current = rows_with(engine, folder.events, folder.events.snapshot().files, wanted)
    past = rows_with(engine, folder.history, folder.history.snapshot().files, wanted)
    note_purge(folder, months_of(current) | months_of(past))
    enter()
    for table, rows in ((folder.history, past), (folder.events, current)):
        touched = chosen_files(table.snapshot().files, rows["path"])
        nothing = pa.schema([pa.field(field.name, field.type) for field in table.layout.schema]).empty_table()
        swap(engine, table, Change(nothing, rows.select(["key", "uid"]), touched), verb="erase")
    return len(current["uid"].unique()), past.num_rows, finish_purge(folder)


def _enter(writer: Writer, erasure_id: str, wanted: Sequence[str], *, reason: str, by: str) -> None:
    at: datetime = writer.clock()
    count = len(wanted)
    salt = writer.folder.salt
    entry = pa.table(
        {
            "erasure_id": [erasure_id] * count,
            "commitment": [hashlib.sha256(f"{salt}{uid}".encode()).hexdigest() for uid in wanted],
            "reason": [reason] * count,
            "erased_by": [by] * count,
            "erased_at": pa.array([at] * count, pa.timestamp("us", tz="UTC")),
        }
    )
    append_rows(writer.folder.erasures, entry, verb="erase")


def _wanted(uids: Sequence[str]) -> pa.Table:
    distinct = sorted(set(uids))
    return pa.table(
        {
            "key": pa.array([key_of(uid) for uid in distinct], pa.int64()),
            "uid": pa.array(distinct, pa.string()),
        }
    )


def source_categories(cursor: duckdb.DuckDBPyConnection, files: Sequence[str], source: str) -> pa.Table:
    """Return source_category, category, category_by and count of a source's facts."""
    schema = pa.schema(
        [
            ("source_category", pa.string()),
            ("category", pa.string()),
            ("category_by", pa.string()),
            ("count", pa.int64()),
        ]
    )
    if not files:
        return schema.empty_table()
    sql = """
        SELECT source_category, category, category_by, count(*) AS count FROM read_parquet($files)
        WHERE source = $source GROUP BY ALL ORDER BY count DESC, source_category, category, category_by
    """
    return cursor.execute(sql, {"files": list(files), "source": source}).to_arrow_table().cast(schema)
