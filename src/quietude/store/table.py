"""One Delta table in its folder: what files it has now, and the commits that change them."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, PostCommitHookProperties
from deltalake import Schema as DeltaSchema
from deltalake.exceptions import TableNotFoundError
from deltalake.transaction import AddAction, RemoveAction

from quietude.store.files import DataFile, bound_text, explaining_full_disk, flush, statistics
from quietude.store.layout import RETENTION, Layout
from quietude.store.results import PastGoneError, TableInfo

_HOURS = int(RETENTION.total_seconds() // 3600)
_PROPERTIES = {
    "delta.logRetentionDuration": f"interval {_HOURS} hours",
    "delta.deletedFileRetentionDuration": f"interval {_HOURS} hours",
    "delta.checkpointInterval": "1000000",  # checkpoints are ours to time: under the writers' lock, not inside a write
}
_NO_HOOKS = PostCommitHookProperties(create_checkpoint=False, cleanup_expired_logs=False)


@dataclass(frozen=True)
class Snapshot:
    """The files that make one version of a table. Immutable, as the files are."""

    version: int
    files: tuple[DataFile, ...]

    @cached_property
    def by_month(self) -> Mapping[str, tuple[DataFile, ...]]:
        """Return the files by month, oldest month first."""
        grouped: defaultdict[str, list[DataFile]] = defaultdict(list)
        for file in self.files:
            grouped[file.month].append(file)
        return {month: tuple(sorted(grouped[month], key=lambda file: file.path)) for month in sorted(grouped)}

    @cached_property
    def paths(self) -> frozenset[str]:
        """Return the files' paths."""
        return frozenset(file.path for file in self.files)

    @property
    def rows(self) -> int:
        """Return the number of rows."""
        return sum(file.rows for file in self.files)


class Table:
    """One Delta table. Reads see whole commits; commits are made under the store's lock only.

    Thread-safe: the snapshot in hand is replaced whole, under a lock of this object.
    """

    def __init__(self, root: Path, layout: Layout) -> None:
        self.root = root
        self.layout = layout
        self._log = root / "_delta_log"
        self._mutex = threading.Lock()
        self._delta: DeltaTable | None = None
        self._seen: tuple[int, int] = (-1, -1)
        self._snapshot = Snapshot(-1, ())
        self._known: dict[str, DataFile] = {}

    def lay(self) -> None:
        """Create the table where there is none (under the store's lock)."""
        if not self._log.is_dir() or not any(self._log.iterdir()):
            self.root.mkdir(parents=True, exist_ok=True)
            with explaining_full_disk(self.root):
                DeltaTable.create(
                    str(self.root),
                    self.layout.schema,
                    mode="ignore",
                    partition_by=list(self.layout.partition_by),
                    configuration=_PROPERTIES | {"delta.dataSkippingStatsColumns": ",".join(self.layout.bounded)},
                )

    def missing_columns(self) -> list[pa.Field]:
        """Return the columns of the layout that the table was laid without."""
        with self._mutex:
            known = {field.name for field in self._opened().schema().fields}
        return [field for field in self.layout.schema if field.name not in known]

    def add_columns(self, columns: Sequence[pa.Field]) -> None:
        """Note in the log that the table has some more columns (under the store's lock)."""
        with self._mutex, explaining_full_disk(self.root):
            fields = DeltaSchema.from_arrow(pa.schema(list(columns))).fields
            self._opened().alter.add_columns(fields)
            self._refresh()

    def snapshot(self) -> Snapshot:
        """Return the newest version. Costs a look at the log's folder when nothing changed."""
        with self._mutex:
            mark = self._mark()
            if mark != self._seen or (self._log / f"{self._snapshot.version + 1:020d}.json").exists():
                self._refresh()
                self._seen = mark
            return self._snapshot

    def _mark(self) -> tuple[int, int]:
        state = self._log.stat()
        return state.st_mtime_ns, state.st_ino

    def _opened(self) -> DeltaTable:
        if self._delta is None:
            self._delta = DeltaTable(str(self.root))
        return self._delta

    def _refresh(self) -> None:
        if self._delta is not None:
            self._delta.update_incremental()
        delta = self._opened()
        if delta.version() != self._snapshot.version:
            self._snapshot = self._read(delta)
            self._known = {file.path: file for file in self._snapshot.files}

    def _read(self, delta: DeltaTable) -> Snapshot:
        actions = pa.table(delta.get_add_actions(flatten=True))
        columns = {name: actions[name].to_pylist() for name in actions.schema.names}
        files = [
            self._known.get(path) or self._file(columns, position, path)
            for position, path in enumerate(columns["path"])
        ]
        return Snapshot(delta.version(), tuple(files))

    def _file(self, columns: Mapping[str, list[object]], position: int, path: str) -> DataFile:
        ends = [
            (name, columns[f"min.{name}"][position], columns[f"max.{name}"][position])
            for name in self.layout.bounded
            if f"min.{name}" in columns
        ]
        return DataFile(
            path=path,
            rows=int(str(columns["num_records"][position])),
            bytes=int(str(columns["size_bytes"][position])),
            partition=tuple((name, str(columns[f"partition.{name}"][position])) for name in self.layout.partition_by),
            bounds=tuple((name, bound_text(low), bound_text(high)) for name, low, high in ends if low is not None),
        )

    def commit(self, adds: Sequence[DataFile], removes: Sequence[DataFile], *, verb: str) -> Snapshot:
        """Swap files for others in one commit: no reader sees a part of it. Durable when it returns.

        The files to add are already durable. Nothing happens when there is nothing to do.
        """
        if not adds and not removes:
            return self.snapshot()
        now_ms = time.time_ns() // 1_000_000
        actions: list[AddAction | RemoveAction] = [
            RemoveAction(file.path, True, now_ms, file.bytes, dict(file.partition)) for file in removes
        ]
        actions += [
            AddAction(file.path, file.bytes, dict(file.partition), now_ms, True, statistics(file)) for file in adds
        ]
        self.snapshot()
        with self._mutex, explaining_full_disk(self.root):
            delta = self._opened()
            delta.create_write_transaction(
                actions,
                "append",
                delta.schema(),
                partition_by=list(self.layout.partition_by),
                commit_properties=CommitProperties(custom_metadata={"verb": verb}),
                post_commithook_properties=_NO_HOOKS,
            )
            self._refresh()
            committed = self._snapshot
        with explaining_full_disk(self.root, "this write can be read, but may not outlast a power failure"):
            flush(self._log / f"{committed.version:020d}.json")
            flush(self._log)
        return committed

    def at(self, *, version: int | None = None, when: datetime | None = None) -> Snapshot:
        """Return a past version.

        Raises:
            PastGoneError: its log or one of its files is not kept any more, or it never was.
        """
        wanted = f"version {version}" if when is None else f"{when:%Y-%m-%d %H:%M:%S %Z}"
        gone = PastGoneError(
            f"the facts of {wanted} are not kept any more: replaced files are kept for {RETENTION.days} days, erased "
            "facts not at all; the versions of each fact remain in its history"
        )
        try:
            delta = DeltaTable(str(self.root), version=version)
            if when is not None:
                delta.load_as_version(when)
        except (OSError, ValueError, TableNotFoundError) as error:
            raise gone from error
        except Exception as error:  # deltalake's own errors share no public base class
            if type(error).__module__.partition(".")[0] not in {"deltalake", "_internal", "builtins"}:
                raise
            raise gone from error
        past = self._read(delta)
        if not all((self.root / file.path).exists() for file in past.files):
            raise gone
        return past

    def checkpoint(self) -> None:
        """Write a checkpoint, and forget commits older than the retention (under the store's lock)."""
        with self._mutex:
            self._refresh()
            delta = self._opened()
            delta.create_checkpoint()
            delta.cleanup_metadata()

    def commits_since_checkpoint(self) -> int:
        """Return how many commits a newcomer reads one by one."""
        checkpoints = [int(path.name[:20]) for path in self._log.glob("*.checkpoint*.parquet")]
        return self.snapshot().version - max(checkpoints, default=-1)

    def vacuum(self) -> int:
        """Delete the files that no version within the retention needs; return how many (under the store's lock)."""
        with self._mutex:
            self._refresh()
            return len(
                self._opened().vacuum(
                    retention_hours=_HOURS, dry_run=False, enforce_retention_duration=False, full=True
                )
            )

    def purge(self, partitions: Iterable[Mapping[str, str]]) -> int:
        """Delete at once all files of some partitions but the current ones; return how many (under the lock)."""
        current = self.snapshot().paths
        deleted = 0
        for partition in partitions:
            folder = self.root.joinpath(*(f"{name}={value}" for name, value in partition.items()))
            for path in folder.glob("*.parquet"):
                if str(path.relative_to(self.root)) not in current:
                    path.unlink()
                    deleted += 1
        return deleted


def table_info(table: Table) -> TableInfo:
    """Return the size of a table."""
    snapshot = table.snapshot()
    return TableInfo(
        name=table.layout.name,
        version=snapshot.version,
        rows=snapshot.rows,
        files=len(snapshot.files),
        bytes=sum(file.bytes for file in snapshot.files),
        months=len(snapshot.by_month),
    )
