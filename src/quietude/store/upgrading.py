"""Folders that an earlier edition laid: tables that are new are laid, columns that are new are added, empty."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.parquet as pq

from quietude.store.files import DataFile, write_files
from quietude.store.table import Table


def bring_up_to_date(tables: Sequence[Table]) -> None:
    """Lay what is missing (under the store's lock).

    Files are written anew first, in one commit; the log learns of the columns last. Killed in between, it is done
    again.
    """
    for table in tables:
        table.lay()
        missing = table.missing_columns()
        if missing:
            _widen(table)
            table.add_columns(missing)


def _widen(table: Table) -> None:
    narrow = [file for file in table.snapshot().files if not _is_wide(table, file)]
    written: list[DataFile] = []
    for file in narrow:
        written += write_files(table.root, table.layout, dict(file.partition), _widened(table, file).to_batches())
    table.commit(written, narrow, verb="widen")


def _is_wide(table: Table, file: DataFile) -> bool:
    return set(table.layout.file_schema.names) <= set(pq.read_schema(table.root / file.path).names)


def _widened(table: Table, file: DataFile) -> pa.Table:
    rows = pq.read_table(table.root / file.path, partitioning=None)
    for field in table.layout.file_schema:
        if field.name not in rows.schema.names:
            rows = rows.append_column(field, pa.nulls(rows.num_rows, field.type))
    return rows.select(table.layout.file_schema.names)
