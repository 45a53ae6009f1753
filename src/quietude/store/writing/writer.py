"""Filing facts: new ones appended, changed ones in a new version, the same ones left alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from quietude.store.engines.duck import DuckEngine
from quietude.store.files import DataFile
from quietude.store.folder import Folder
from quietude.store.results import Filed
from quietude.store.writing.content import prepare
from quietude.store.writing.keys import Keys
from quietude.store.writing.purge import finish_purge
from quietude.store.writing.swap import Change, append_rows, rows_with, superseded, swap

STANDING = ("restricted:", "rectified")
"""Beginnings of the flags of facts that a person had restricted or rectified: their source does not undo that."""


@dataclass(frozen=True, slots=True)
class Writer:
    """What every write needs. All verbs take the lock."""

    folder: Folder
    engine: DuckEngine
    keys: Keys
    clock: Callable[[], datetime]

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Hold the lock; what a killed eraser left to delete is deleted first."""
        with self.folder.lock.held():
            finish_purge(self.folder)
            yield

    def append(self, events: pa.Table) -> Filed:
        """File facts whose uids are new, by the caller's word."""
        prepared = prepare(self.engine.cursor(), events, self.folder.levels)
        with self.turn():
            accepted = self._not_erased(prepared)
            append_rows(self.folder.events, _first_version(accepted), verb="append")
            return Filed(
                filed=accepted.num_rows,
                refused=prepared.num_rows - accepted.num_rows,
                version=self.folder.events.snapshot().version,
            )

    def upsert(self, events: pa.Table, *, is_amendment: bool = False) -> Filed:
        """File facts by uid; what a person's right protects (`STANDING`) is left as it is, but by an amendment."""
        prepared = prepare(self.engine.cursor(), events, self.folder.levels)
        with self.turn():
            accepted = self._not_erased(prepared)
            latest = _last_of_each(accepted)
            fresh, changed, touched = self._compared(latest)
            old = rows_with(self.engine, self.folder.events, touched, changed)
            if not is_amendment:
                standing = old.filter(stands(old["flags"]))["uid"].combine_chunks()
                old, changed = (rows.filter(pc.invert(pc.is_in(rows["uid"], standing))) for rows in (old, changed))
            changes = _next_version(changed, old)
            fresh = pa.concat_tables([fresh, changed.filter(pc.invert(pc.is_in(changed["uid"], old["uid"])))])
            self.file(_first_version(fresh), changes, old)
            return Filed(
                filed=fresh.num_rows,
                updated=changes.num_rows,
                unchanged=latest.num_rows - fresh.num_rows - changes.num_rows,
                repeated=accepted.num_rows - latest.num_rows,
                refused=prepared.num_rows - accepted.num_rows,
                version=self.folder.events.snapshot().version,
            )

    def file(self, fresh: pa.Table, changes: pa.Table, old: pa.Table) -> None:
        """Put new facts and new versions in place of old ones (under the lock).

        The history is written first: killed in between, a version is in the history that is also the current one,
        which a reader of versions leaves aside, and which the repeated write writes again.

        Args:
            fresh: facts not there before, all columns, with month.
            changes: new versions, all columns, with month.
            old: the rows they replace, with `path`.
        """
        events, history = self.folder.events, self.folder.history
        if not changes.num_rows:
            append_rows(events, fresh, verb="file")
            return
        following = dict(zip(changes["uid"].to_pylist(), changes["month"].to_pylist(), strict=True))
        months = [following[uid] for uid in old["uid"].to_pylist()]
        past = superseded(old.drop_columns(["path"]), months, self.clock(), history.layout)
        append_rows(history, past, verb="supersede")
        touched = set(old["path"].to_pylist())
        names = events.layout.schema.names
        change = Change(
            written=pa.concat_tables([fresh.select(names), changes.select(names)]),
            gone=old.select(["key", "uid"]),
            touched=[file for file in events.snapshot().files if file.path in touched],
        )
        swap(self.engine, events, change, verb="update")

    def _compared(self, latest: pa.Table) -> tuple[pa.Table, pa.Table, list[DataFile]]:
        """Return the rows whose keys are not there, those that are there otherwise, and the files that hold these."""
        snapshot = self.folder.events.snapshot()
        known = self.keys.of(latest["source"].unique().to_pylist(), snapshot)
        asked = pl.DataFrame({"key": pl.Series(latest["key"]), "digest": pl.Series(latest["digest"])})
        met = asked.with_row_index("row").join(known, on="key", how="inner", suffix="_known")
        same = met.filter(pl.col("digest") == pl.col("digest_known"))["row"]
        other = met.filter(~pl.col("row").is_in(same.implode()))
        rows = asked.with_row_index("row")["row"]
        fresh = rows.filter(~rows.is_in(met["row"].implode()))
        paths = set(other["path"].cast(pl.String).unique().to_list())
        touched = [file for file in snapshot.files if file.path in paths]
        return _taken(latest, fresh), _taken(latest, other["row"].unique().sort()), touched

    def _not_erased(self, prepared: pa.Table) -> pa.Table:
        """Return the rows but for those about facts that were erased."""
        erasures = self.folder.erasures
        files = [f"{erasures.root}/{file.path}" for file in erasures.snapshot().files]
        if not files or not prepared.num_rows:
            return prepared
        sql = """
            SELECT uid FROM asked
            WHERE sha256($salt || uid) IN (SELECT commitment FROM read_parquet($files))
        """
        with self.engine.cursor().cursor() as cursor:
            cursor.register("asked", prepared.select(["uid"]))
            refused = cursor.execute(sql, {"salt": self.folder.salt, "files": files}).to_arrow_table()["uid"]
        return prepared.filter(pc.invert(pc.is_in(prepared["uid"], refused.combine_chunks())))


def stands(flags: pa.ChunkedArray) -> pa.Array:
    """Tell for each row whether one of its flags protects it from what its source says next."""
    begins = pl.any_horizontal(pl.element().str.starts_with(beginning) for beginning in STANDING)
    found = pl.Series("flags", flags, dtype=pl.List(pl.String)).list.eval(begins).list.any()
    return pa.array(found.fill_null(value=False).to_list(), pa.bool_())


def _taken(rows: pa.Table, positions: pl.Series) -> pa.Table:
    """Return the rows at some positions, which rise; without copying when they are all."""
    if len(positions) == rows.num_rows:
        return rows
    return rows.combine_chunks().take(pa.array(positions.to_numpy()))


def _last_of_each(rows: pa.Table) -> pa.Table:
    """Return the last row of each uid."""
    if rows.num_rows == len(rows["uid"].unique()):
        return rows
    frame = pl.DataFrame({"uid": pl.Series(rows["uid"])}).with_row_index("row")
    return _taken(rows, frame.group_by("uid").agg(pl.col("row").last())["row"].sort())


def _first_version(rows: pa.Table) -> pa.Table:
    """Name facts that are filed for the first time: the month they are filed in, and the uid."""
    month = pc.replace_substring(rows["month"], "-", "", max_replacements=1)
    names = pc.binary_join_element_wise(month, rows["uid"], "-")
    ones = pa.array([1], pa.int32()).take(pa.array([0] * rows.num_rows, pa.int32()))
    return rows.append_column("id", names).append_column("version", ones)


def _next_version(changed: pa.Table, old: pa.Table) -> pa.Table:
    """Return the changed rows whose old row was found, with its name and the next version."""
    before = {
        uid: (name, version)
        for uid, name, version in zip(
            old["uid"].to_pylist(), old["id"].to_pylist(), old["version"].to_pylist(), strict=True
        )
    }
    found = changed.filter(pc.is_in(changed["uid"], old["uid"].combine_chunks()))
    uids = found["uid"].to_pylist()
    names = pa.array([before[uid][0] for uid in uids], pa.string())
    versions = pa.array([before[uid][1] + 1 for uid in uids], pa.int32())
    return found.append_column("id", names).append_column("version", versions)


def chosen_files(files: Sequence[DataFile], paths: pa.ChunkedArray) -> list[DataFile]:
    """Return the files named by a column of paths."""
    named = set(paths.unique().to_pylist())
    return [file for file in files if file.path in named]
