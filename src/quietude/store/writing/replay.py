"""Erasures said again to a store that was brought back from before them: what was erased stays erased."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from quietude.store.folder import NOTE, Folder
from quietude.store.layout import erasures_layout
from quietude.store.results import Replayed, StoreError
from quietude.store.table import Table
from quietude.store.writing.swap import append_rows
from quietude.store.writing.verbs import erase_facts
from quietude.store.writing.writer import Writer


@dataclass(frozen=True, slots=True)
class ErasureLedger:
    """The erasures of a store, and the secret that its commitments were made with."""

    salt: str
    entries: pa.Table

    @property
    def commitments(self) -> pa.Array:
        """Return what stands for the erased uids."""
        return self.entries["commitment"].combine_chunks()


def erasure_ledger(path: Path) -> ErasureLedger:
    """Read the ledger of the store in a folder, of which nothing else needs to be there.

    Raises:
        StoreError: the note or the table of erasures cannot be read.
    """
    layout = erasures_layout()
    try:
        salt = orjson.loads((path / NOTE).read_bytes())["salt"]
        table = Table(path / layout.name, layout)
        return ErasureLedger(salt, _rows(table))
    except Exception as error:  # deltalake's own errors share no public base class
        raise StoreError(f"the ledger of erasures in {path} cannot be read: {error}") from error


def _rows(table: Table) -> pa.Table:
    files = [table.root / file.path for file in table.snapshot().files]
    schema = table.layout.file_schema
    return pa.concat_tables([schema.empty_table(), *(pq.read_table(file).cast(schema) for file in files)])


def replay(writer: Writer, ledgers: Sequence[ErasureLedger]) -> Replayed:
    """Erase what other ledgers of the same store say, and keep their entries as they are.

    Raises:
        StoreError: a ledger is of another store, so that its commitments cannot be recognised.
    """
    folder = writer.folder
    if any(ledger.salt != folder.salt for ledger in ledgers):
        raise StoreError("the ledger of erasures is of another store: its entries cannot be recognised in this one")
    with writer.turn():
        known = _rows(folder.erasures)
        missing = pa.concat_tables([known.slice(0, 0), *(ledger.entries for ledger in ledgers)])
        missing = missing.filter(pc.invert(pc.is_in(missing["commitment"], known["commitment"].combine_chunks())))
        missing = _once_each(missing)
        if not missing.num_rows:
            return Replayed(entries=0, erased=0, versions=0)
        wanted = _recognised(writer, folder, missing)
        erased, versions, _files = erase_facts(
            writer, wanted, enter=lambda: append_rows(folder.erasures, missing, verb="replay")
        )
        return Replayed(entries=missing.num_rows, erased=erased, versions=versions)


def _once_each(entries: pa.Table) -> pa.Table:
    seen: set[str] = set()
    commitments = entries["commitment"].to_pylist()
    is_first = [not (each in seen or seen.add(each)) for each in commitments]  # type: ignore[func-returns-value]
    return entries.filter(pa.array(is_first, pa.bool_()))


def _recognised(writer: Writer, folder: Folder, missing: pa.Table) -> list[str]:
    """Return the uids of facts and past versions that entries stand for."""
    files = [
        f"{table.root}/{file.path}" for table in (folder.events, folder.history) for file in table.snapshot().files
    ]
    if not files:
        return []
    sql = """
        SELECT DISTINCT uid FROM read_parquet($files, hive_partitioning = false)
        WHERE sha256($salt || uid) IN (SELECT commitment FROM missing)
    """
    with writer.engine.cursor().cursor() as cursor:
        cursor.register("missing", missing.select(["commitment"]))
        found = cursor.execute(sql, {"files": files, "salt": folder.salt}).to_arrow_table()
    return list(found["uid"].to_pylist())
