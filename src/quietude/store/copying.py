"""What a copy of a store must hold, as it stands at one moment, and whether a copy is whole."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from quietude.store.folder import NOTE, Folder, open_folder
from quietude.store.results import StoreError, TableInfo
from quietude.store.rollups import GONE_NOTE
from quietude.store.rollups import NOTE as UNROLLED
from quietude.store.table import Table, table_info
from quietude.store.writing.purge import finish_purge

_LAST = "_last_checkpoint"


@dataclass(frozen=True, slots=True)
class FolderState:
    """A store at one moment: what a folder needs to hold to be that store."""

    files: tuple[str, ...]
    """Data files, relative to the folder: they never change, but may be deleted later."""
    notes: tuple[tuple[str, bytes], ...]
    """Small files that do change (the tables' logs, `store.json`), relative to the folder, with what they held."""
    tables: tuple[TableInfo, ...]


def is_laid(path: Path) -> bool:
    """Tell whether a folder holds a store."""
    return (path / NOTE).is_file()


def reopened(path: Path) -> Folder:
    """Open a folder for the levels and the time zone that it was laid for.

    Raises:
        StoreError: it holds no store, or its note cannot be read.
    """
    if not is_laid(path):
        raise StoreError(f"{path} holds no store: {NOTE} is missing")
    try:
        stated = orjson.loads((path / NOTE).read_bytes())
        return open_folder(path, levels=tuple(stated["levels"]), timezone=stated["timezone"])
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise StoreError(f"{path / NOTE} cannot be read ({error}): take it from a backup") from error


@contextmanager
def frozen(path: Path) -> Iterator[FolderState]:
    """Keep all writers waiting, and tell what the store is at this moment.

    Raises:
        StoreError: the folder holds no store.
    """
    folder = reopened(path)
    with folder.lock.held():
        finish_purge(folder)
        with _naming_damage(path):
            files = [f"{table.layout.name}/{file}" for table in folder.tables for file in table.snapshot().paths]
            notes = [(NOTE, (folder.path / NOTE).read_bytes())]
            there = (name for name in (UNROLLED, GONE_NOTE) if (folder.path / name).is_file())
            notes += [(name, (folder.path / name).read_bytes()) for name in there]
            notes += [each for table in folder.tables for each in _log(table)]
            sizes = tuple(table_info(table) for table in folder.tables)
        yield FolderState(tuple(sorted(files)), tuple(notes), sizes)


@contextmanager
def _naming_damage(path: Path) -> Iterator[None]:
    """Turn what a damaged log makes the library say into an error of the store."""
    try:
        yield
    except StoreError:
        raise
    except Exception as error:  # deltalake's own errors share no public base class
        raise StoreError(
            f"the tables in {path} cannot be read ({error}): bring the store back from a backup"
        ) from error


def _log(table: Table) -> Iterator[tuple[str, bytes]]:
    """Yield what a newcomer needs of a table's log: the last checkpoint, and the commits since."""
    log = table.root / "_delta_log"
    first = 0
    if (log / _LAST).is_file():
        first = int(orjson.loads((log / _LAST).read_bytes())["version"])
    for path in sorted(log.iterdir()):
        number = path.name[:20]
        if path.name == _LAST or (number.isdecimal() and int(number) >= first):
            yield f"{table.layout.name}/_delta_log/{path.name}", path.read_bytes()


def checked(path: Path) -> tuple[TableInfo, ...]:
    """Return the size of each table, after a look at each of its files.

    Raises:
        StoreError: a file is missing, cannot be read, or holds another number of rows than the log says.
    """
    folder = reopened(path)
    with _naming_damage(path):
        for table in folder.tables:
            for file in table.snapshot().files:
                rows = _rows_in(table.root / file.path)
                if rows != file.rows:
                    raise StoreError(f"{table.root / file.path}: {rows} rows, the log says {file.rows}")
        return tuple(table_info(table) for table in folder.tables)


def _rows_in(path: Path) -> int:
    try:
        return int(pq.read_metadata(path).num_rows)
    except (OSError, pa.ArrowException) as error:
        raise StoreError(f"{path} cannot be read ({error})") from error
