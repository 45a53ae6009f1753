"""Data files of a table: immutable Parquet, written whole and flushed to the disk before anything refers to them."""

from __future__ import annotations

import errno
import os
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from quietude.store.layout import COMPRESSION, COMPRESSION_LEVEL, FILE_ROWS, Layout
from quietude.store.results import DiskFullError

_NO_SPACE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@dataclass(frozen=True, slots=True)
class DataFile:
    """One file of a table, as the log states it."""

    path: str
    """Relative to the table's folder, such as "month=2024-05/0f3c….parquet"."""
    rows: int
    bytes: int
    partition: tuple[tuple[str, str], ...]
    """Partition columns and this file's values of them."""
    bounds: tuple[tuple[str, str, str], ...] = ()
    """(column, smallest, largest) as ISO or plain text, for the columns that have statistics and any value."""

    @property
    def month(self) -> str:
        """Return the month this file is about, "" in a table without months."""
        return dict(self.partition).get("month", "")


_NO_SPACE_WORDS = ("No space left", "os error 28", "File too large", "os error 27", "Disk quota")


@contextmanager
def explaining_full_disk(folder: Path, state: str = "nothing of this write was filed") -> Iterator[None]:
    """Turn "no space left", from whichever library, into an error that says what is safe and what to do.

    Args:
        folder: where the space is missing.
        state: what has become of the write by then.
    """
    try:
        yield
    except Exception as error:
        is_full = isinstance(error, OSError) and error.errno in _NO_SPACE
        if not is_full and not any(word in str(error) for word in _NO_SPACE_WORDS):
            raise
        raise DiskFullError(
            f"no space left for {folder}: {state}, all that was filed before is safe; "
            "free some space, then run the same command again"
        ) from error


def write_files(
    root: Path, layout: Layout, partition: Mapping[str, str], batches: Iterable[pa.RecordBatch], *, prefix: str = ""
) -> list[DataFile]:
    """Write sorted rows of one partition as files of at most `FILE_ROWS` rows, durable when this returns.

    Args:
        root: the table's folder.
        layout: the table.
        partition: the partition's columns and values.
        batches: rows in the table's order of columns (partition columns absent or ignored), already sorted.
        prefix: beginning of the files' names.
    """
    folder = root.joinpath(*(f"{name}={value}" for name, value in partition.items()))
    folder.mkdir(parents=True, exist_ok=True)
    written: list[DataFile] = []
    try:
        with explaining_full_disk(root):
            for groups in _by_file(batches, layout):
                path = folder / f"{prefix}{uuid.uuid4().hex}.parquet"
                with deleting_on_failure(path):
                    written.append(_write_one(root, path, layout, partition, groups))
            flush(folder)
    except BaseException:
        delete_files(root, written)
        raise
    return written


@contextmanager
def deleting_on_failure(path: Path) -> Iterator[None]:
    """Leave no half-written file behind."""
    try:
        yield
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def delete_files(root: Path, files: Iterable[DataFile]) -> None:
    """Delete files that no commit refers to."""
    for file in files:
        (root / file.path).unlink(missing_ok=True)


def _by_file(batches: Iterable[pa.RecordBatch], layout: Layout) -> Iterator[Iterator[pa.Table]]:
    """Yield for each file to write the row groups of it; each file's groups are consumed before the next is asked."""
    groups = _by_group(batches, layout)
    per_file = max(1, FILE_ROWS // layout.group_rows)
    for first in groups:

        def one_file(first: pa.Table = first) -> Iterator[pa.Table]:
            yield first
            for _ in range(per_file - 1):
                following = next(groups, None)
                if following is None:
                    return
                yield following

        yield one_file()


def _by_group(batches: Iterable[pa.RecordBatch], layout: Layout) -> Iterator[pa.Table]:
    names = layout.file_schema.names
    waiting: list[pa.Table] = []
    rows = 0
    for batch in batches:
        waiting.append(pa.table(batch).select(names).cast(layout.file_schema))
        rows += batch.num_rows
        while rows >= layout.group_rows:
            table = pa.concat_tables(waiting)
            yield table.slice(0, layout.group_rows)
            waiting = [table.slice(layout.group_rows)]
            rows = waiting[0].num_rows
    if rows:
        yield pa.concat_tables(waiting)


def _write_one(
    root: Path, path: Path, layout: Layout, partition: Mapping[str, str], groups: Iterable[pa.Table]
) -> DataFile:
    collected = _Bounds(layout.bounded)
    rows = 0
    with path.open("wb") as sink:
        with pq.ParquetWriter(sink, layout.file_schema, **_writing(layout)) as writer:
            for group in groups:
                writer.write_table(group, row_group_size=layout.group_rows)
                collected.add(group)
                rows += group.num_rows
        sink.flush()
        os.fsync(sink.fileno())
        size = sink.tell()
    return DataFile(
        path=str(path.relative_to(root)),
        rows=rows,
        bytes=size,
        partition=tuple(partition.items()),
        bounds=collected.bounds(),
    )


_SPREAD = frozenset({"uid", "id", "source_key", "text", "attributes", "lon_deg", "lat_deg", "key", "digest", "value"})
"""Columns whose values hardly repeat: a dictionary of them only costs."""


def _writing(layout: Layout) -> dict[str, Any]:
    names = layout.file_schema.names
    worded = {"title", "text", "attributes", "source_key", "place_label", "source_category", "uid", "id"}
    return {
        "version": "2.6",
        "data_page_version": "1.0",  # Spark 4.0 cannot read pages of version 2
        "compression": COMPRESSION,
        "compression_level": COMPRESSION_LEVEL,
        "use_dictionary": [_leaf(name) for name in names if name not in _SPREAD],
        "write_statistics": [_leaf(name) for name in names if name not in worded],
        "store_schema": False,
    }


def _leaf(name: str) -> str:
    return "flags.list.element" if name == "flags" else name


class _Bounds:
    """The smallest and largest value of some columns over the row groups of a file."""

    def __init__(self, columns: Sequence[str]) -> None:
        self._found: dict[str, tuple[Any, Any]] = {}
        self._columns = columns

    def add(self, group: pa.Table) -> None:
        """Take one more group into account."""
        for name in self._columns:
            ends = pc.min_max(group[name])
            low, high = ends["min"].as_py(), ends["max"].as_py()
            if low is None:
                continue
            before = self._found.get(name)
            self._found[name] = (low, high) if before is None else (min(low, before[0]), max(high, before[1]))

    def bounds(self) -> tuple[tuple[str, str, str], ...]:
        """Return what was found, as text."""
        return tuple((name, bound_text(low), bound_text(high)) for name, (low, high) in self._found.items())


def bound_text(value: object) -> str:
    """Return the smallest or largest value of a column as a log writes it."""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return value.isoformat() if isinstance(value, date) else str(value)


def statistics(file: DataFile) -> str:
    """Return the statistics of a file as the Delta log writes them."""
    return orjson.dumps(
        {
            "numRecords": file.rows,
            "minValues": {name: low for name, low, _ in file.bounds},
            "maxValues": {name: high for name, _, high in file.bounds},
        }
    ).decode()


def flush(path: Path) -> None:
    """Make a file's bytes, or the names of a folder's files, durable."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
