"""What one writing brought: facts or numbers of a source received at a moment, for whoever follows them live."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pyarrow as pa

from quietude.model.event import event_schema
from quietude.model.observation import OBSERVATION_SCHEMA
from quietude.store.engines.duck import DuckEngine, noticing_gone_files
from quietude.store.files import DataFile, bound_text
from quietude.store.folder import Folder
from quietude.store.rollups import DAY_S
from quietude.store.table import Table
from quietude.store.writing.keys import holds_source
from quietude.store.writing.swap import quoted


def arrived(
    engine: DuckEngine, folder: Folder, source: str, received: Sequence[datetime], *, since: datetime
) -> pa.Table:
    """Return the facts of a source received at some moments that happened since another one: `event_schema(levels)`."""
    schema, table = event_schema(folder.levels), folder.events
    files = [file for file in table.snapshot().files if holds_source(file, source) and _is_recent(file, since)]
    if not files:
        return schema.empty_table()
    paths = [f"{table.root}/{file.path}" for file in files]
    sql = f"""
        SELECT {quoted(schema.names)} FROM read_parquet($files, hive_partitioning = false)
        WHERE source = $source AND received_at IN (SELECT unnest($received::TIMESTAMPTZ[])) AND occurred_from >= $since
        ORDER BY occurred_from, id
    """
    engine.meet(paths)
    with engine.cursor().cursor() as cursor, noticing_gone_files():
        given = {"files": paths, "source": source, "received": list(received), "since": since}
        return cursor.execute(sql, given).to_arrow_table().cast(schema)


def arrived_numbers(
    engine: DuckEngine, table: Table, source: str, received_at: datetime, *, since: datetime
) -> pa.Table:
    """Return the numbers of a source received at a moment, measured since another one: `OBSERVATION_SCHEMA`."""
    snapshot = table.snapshot()
    files = [file for file in snapshot.files if holds_source(file, source) and _is_recent(file, since, "at")]
    if not files:
        return OBSERVATION_SCHEMA.empty_table()
    paths = [f"{table.root}/{file.path}" for file in files]
    sql = f"""
        SELECT {quoted(OBSERVATION_SCHEMA.names)} FROM read_parquet($files, hive_partitioning = false)
        WHERE source = $source AND received_at = $received AND "at" >= $since
        ORDER BY series, "at"
    """
    engine.meet(paths)
    with engine.cursor().cursor() as cursor, noticing_gone_files():
        given = {"files": paths, "source": source, "received": received_at, "since": since}
        return cursor.execute(sql, given).to_arrow_table().cast(OBSERVATION_SCHEMA)


def numbers_beside(
    engine: DuckEngine, table: Table, names: Sequence[str], since: datetime, until: datetime
) -> pa.Table:
    """Return the numbers of some series from one moment to another, for whoever files more: `OBSERVATION_SCHEMA`."""
    months = (f"{since.astimezone(UTC):%Y-%m}", f"{until.astimezone(UTC):%Y-%m}")
    files = [
        file
        for file in table.snapshot().files
        if months[0] <= file.month <= months[1] and _is_recent(file, since, "at")
    ]
    if not files:
        return OBSERVATION_SCHEMA.empty_table()
    paths = [f"{table.root}/{file.path}" for file in files]
    sql = f"""
        SELECT {quoted(OBSERVATION_SCHEMA.names)} FROM read_parquet($files, hive_partitioning = false)
        SEMI JOIN asked USING (series) WHERE "at" >= $since AND "at" < $until
        ORDER BY series, "at"
    """
    engine.meet(paths)
    with engine.cursor().cursor() as cursor, noticing_gone_files():
        cursor.register("asked", pa.table({"series": pa.array(names, pa.string())}))
        found = cursor.execute(sql, {"files": paths, "since": since, "until": until})
        return found.to_arrow_table().cast(OBSERVATION_SCHEMA)


def rolled_days(engine: DuckEngine, table: Table, source: str, until: datetime) -> pa.Table:
    """Return series and at of the days before a moment that a source has roll-ups of, in order."""
    schema = pa.schema([OBSERVATION_SCHEMA.field("series"), OBSERVATION_SCHEMA.field("at")])
    files = [file for file in table.snapshot().files if holds_source(file, source)]
    if not files:
        return schema.empty_table()
    paths = [f"{table.root}/{file.path}" for file in files]
    sql = f"""
        SELECT series, "at" FROM read_parquet($files, hive_partitioning = false)
        WHERE source = $source AND step_s = {DAY_S} AND "at" < $until
        ORDER BY series, "at"
    """
    engine.meet(paths)
    with engine.cursor().cursor() as cursor, noticing_gone_files():
        given = {"files": paths, "source": source, "until": until}
        return cursor.execute(sql, given).to_arrow_table().cast(schema)


def _is_recent(file: DataFile, since: datetime, column: str = "occurred_from") -> bool:
    """Tell whether a file may hold rows of since a moment; one without statistics may."""
    latest = next((high for name, _, high in file.bounds if name == column), None)
    return latest is None or latest >= bound_text(since)
