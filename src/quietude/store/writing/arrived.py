"""What one writing brought: the facts of a source that were received at a moment, for whoever follows them live."""

from __future__ import annotations

from datetime import datetime

import pyarrow as pa

from quietude.model.event import event_schema
from quietude.store.engines.duck import DuckEngine, noticing_gone_files
from quietude.store.files import DataFile, bound_text
from quietude.store.folder import Folder
from quietude.store.writing.keys import holds_source
from quietude.store.writing.swap import quoted


def arrived(engine: DuckEngine, folder: Folder, source: str, received_at: datetime, *, since: datetime) -> pa.Table:
    """Return the facts of a source received at a moment that happened since another one: `event_schema(levels)`."""
    schema, table = event_schema(folder.levels), folder.events
    files = [file for file in table.snapshot().files if holds_source(file, source) and _is_recent(file, since)]
    if not files:
        return schema.empty_table()
    paths = [f"{table.root}/{file.path}" for file in files]
    sql = f"""
        SELECT {quoted(schema.names)} FROM read_parquet($files, hive_partitioning = false)
        WHERE source = $source AND received_at = $at AND occurred_from >= $since
        ORDER BY occurred_from, id
    """
    engine.meet(paths)
    with engine.cursor().cursor() as cursor, noticing_gone_files():
        given = {"files": paths, "source": source, "at": received_at, "since": since}
        return cursor.execute(sql, given).to_arrow_table().cast(schema)


def _is_recent(file: DataFile, since: datetime) -> bool:
    """Tell whether a file may hold facts of since a moment; one without statistics may."""
    latest = next((high for name, _, high in file.bounds if name == "occurred_from"), None)
    return latest is None or latest >= bound_text(since)
