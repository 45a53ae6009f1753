"""Filing observations: a value of a series at a time is there once, the last one given."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from quietude.model.observation import OBSERVATION_SCHEMA
from quietude.store.engines.duck import DuckEngine
from quietude.store.files import DataFile
from quietude.store.folder import Folder
from quietude.store.results import StoreError
from quietude.store.rollups import hours_of, note_more, values_gone
from quietude.store.table import Table
from quietude.store.writing.swap import Change, append_rows, swap

_CONTENT = [name for name in OBSERVATION_SCHEMA.names if name not in {"series", "at", "received_at"}]

_PREPARED = """
    SELECT * EXCLUDE (place, position), strftime("at" AT TIME ZONE 'UTC', '%Y-%m') AS month
    FROM (SELECT *, row_number() OVER (PARTITION BY series, "at" ORDER BY position DESC) AS place FROM given)
    WHERE place = 1
"""


def append_observations(engine: DuckEngine, folder: Folder, given: pa.Table) -> int:
    """File numbers by (series, at), under the store's lock; return how many were new or other than before."""
    table, numbers = folder.observations, _prepared(engine, given)
    if not numbers.num_rows:
        return 0
    _refuse_too_old(folder, numbers)
    months = set(numbers["month"].unique().to_pylist())
    ends = pc.min_max(numbers["series"])
    low, high = ends["min"].as_py(), ends["max"].as_py()
    files = [file for file in table.snapshot().files if file.month in months and _meets(file, low, high)]
    known = _known(engine, table, files, numbers)
    fresh = numbers.filter(pc.is_null(known["path"]))
    other = numbers.filter(pc.fill_null(known["differs"], False))
    note_more(folder.path, hours_of(pa.concat_tables([fresh, other])))
    if not other.num_rows:
        append_rows(table, fresh, verb="measure")
        return int(fresh.num_rows)
    touched = set(known["path"].filter(pc.fill_null(known["differs"], False)).to_pylist())
    change = Change(
        written=pa.concat_tables([fresh, other]),
        gone=other.select(["series", "at"]),
        touched=[file for file in files if file.path in touched],
        on=("series", "at"),
    )
    swap(engine, table, change, verb="measure")
    return int(fresh.num_rows + other.num_rows)


def _refuse_too_old(folder: Folder, numbers: pa.Table) -> None:
    """Refuse values of hours whose values were let go: made anew from these few, the roll-ups would be untrue."""
    for source, before in values_gone(folder.path).items():
        mine = pc.and_(pc.equal(numbers["source"], source), pc.less(numbers["at"], pa.scalar(before)))
        if pc.any(mine).as_py():
            raise StoreError(
                f"values of {source} from before {before:%Y-%m-%d %H:%M} UTC were let go by their term: "
                "leave such old ones out"
            )


def _prepared(engine: DuckEngine, given: pa.Table) -> pa.Table:
    missing = [name for name in OBSERVATION_SCHEMA.names if name not in given.schema.names]
    if missing:
        raise ValueError(f"observations without column {missing}; columns are {given.schema.names}")
    table = given.select(OBSERVATION_SCHEMA.names).cast(OBSERVATION_SCHEMA)
    for field in OBSERVATION_SCHEMA:
        if not field.nullable and table[field.name].null_count:
            raise ValueError(
                f"column {field.name!r} has no value in {table[field.name].null_count} of {len(table)} rows"
            )
    table = table.append_column("position", pa.array(range(table.num_rows), pa.int64()))
    with engine.cursor().cursor() as cursor:
        cursor.register("given", table)
        prepared = cursor.execute(_PREPARED).to_arrow_table()
    loose = [pa.field(field.name, field.type) for field in OBSERVATION_SCHEMA]
    schema = pa.schema([*loose, ("month", pa.string())])
    return prepared.select(schema.names).cast(schema)


def _meets(file: DataFile, low: str, high: str) -> bool:
    return any(name == "series" and first <= high and last >= low for name, first, last in file.bounds)


def _known(engine: DuckEngine, table: Table, files: Sequence[DataFile], numbers: pa.Table) -> pa.Table:
    """Return for each number the file that has its (series, at), null where none has, and whether the rest differs."""
    if not files:
        return pa.table(
            {"path": pa.nulls(numbers.num_rows, pa.string()), "differs": pa.nulls(numbers.num_rows, pa.bool_())}
        )
    root = f"{table.root}/"
    differs = " OR ".join(f'n."{name}" IS DISTINCT FROM k."{name}"' for name in _CONTENT)
    sql = f"""
        SELECT replace(k.filename, $root, '') AS path, k.filename IS NOT NULL AND ({differs}) AS differs
        FROM numbers n LEFT JOIN (
            SELECT * FROM read_parquet($files, filename = true, hive_partitioning = false)
            WHERE series IN (SELECT series FROM numbers)
        ) k USING (series, "at")
        ORDER BY n.position
    """
    placed = numbers.append_column("position", pa.array(range(numbers.num_rows), pa.int64()))
    with engine.cursor().cursor() as cursor:
        cursor.register("numbers", placed)
        return cursor.execute(sql, {"files": [root + file.path for file in files], "root": root}).to_arrow_table()
