"""Keeping the tables quick: small files joined, cubes made anew, the log shortened, old files deleted."""

from __future__ import annotations

import math
import shutil
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import polars as pl

from quietude.store.cubes import (
    CUBES,
    CubeSpec,
    as_filed,
    cells,
    fingerprint,
    fingerprints,
    fresh_cubes,
    joined,
    months_by_year,
    summed,
)
from quietude.store.files import DataFile, write_files
from quietude.store.folder import Folder
from quietude.store.layout import FILE_ROWS, SMALL_FILES, SMALL_ROWS
from quietude.store.results import Maintenance
from quietude.store.table import Table
from quietude.store.writing.rolling import roll_up
from quietude.store.writing.swap import compact, undone_on_failure
from quietude.store.writing.writer import Writer

_CHECKPOINT_COMMITS = 20  # a newcomer reads at most so many commits one by one: some milliseconds
_CUBE_COMMITS = 20  # a month that changes all the time is read raw in between
_ROLL_COMMITS = 20  # hours that were touched are read from the values in between
_ROLL_SLACK = timedelta(minutes=1)  # an hour is rolled up when it has been over for so long: some values come late
_CUBE_MONTHS = 1  # made anew in passing, after a write: a tenth of a second each
_MAKERS = 2  # cubes of a month take a core each while they are made, and small machines have two

MONTHLY = tuple(spec for spec in CUBES if spec.grain != "year")
"""The kinds of cube that each month has."""


def after_write(writer: Writer, table: Table) -> None:
    """Do a small share of the maintenance that a write made necessary (takes the lock, work is bounded)."""
    folder = writer.folder
    with writer.turn():
        snapshot = table.snapshot()
        crowded = [small for files in snapshot.by_month.values() if len(small := _small(files)) >= SMALL_FILES]
        if crowded:
            compact(writer.engine, table, max(crowded, key=len))
        if snapshot.version % _CHECKPOINT_COMMITS == 0:
            table.checkpoint()
        if table is folder.events and snapshot.version % _CUBE_COMMITS == 0:
            _renew_cubes(writer, _stale(folder)[-_CUBE_MONTHS:])
        rolls = table is folder.observations and snapshot.version % _ROLL_COMMITS == 0
    if rolls:
        roll_up(writer, before=writer.clock() - _ROLL_SLACK)


def maintain(writer: Writer) -> Maintenance:
    """Do all the maintenance there is to do, month by month; other writers get their turn in between."""
    folder = writer.folder
    compacted = before = after = checkpoints = deleted = 0
    with writer.turn():
        shutil.rmtree(folder.spill, ignore_errors=True)
    for table in (folder.events, folder.history, folder.observations, folder.rollups):
        for month in list(table.snapshot().by_month):
            with writer.turn():
                files = table.snapshot().by_month.get(month, ())
                before += len(files)
                chosen = _worth_joining(files, is_open=month >= f"{writer.clock():%Y-%m}")
                made = compact(writer.engine, table, chosen) if chosen else 0
                compacted += bool(chosen)
                after += len(files) - len(chosen) + made
    roll_up(writer, before=writer.clock() - _ROLL_SLACK)
    months = _stale(folder)
    for group in _grouped(folder, months):
        with writer.turn():
            _renew_cubes(writer, group)
    _join_years(writer)
    for table in folder.tables:
        with writer.turn():
            if table.commits_since_checkpoint() >= _CHECKPOINT_COMMITS // 2:
                table.checkpoint()
                checkpoints += 1
            deleted += table.vacuum()
    return Maintenance(
        months_compacted=compacted,
        files_before=before,
        files_after=after,
        files_deleted=deleted,
        cube_months=len(months),
        checkpoints=checkpoints,
    )


def _small(files: Iterable[DataFile]) -> list[DataFile]:
    return [file for file in files if file.rows < SMALL_ROWS]


def _worth_joining(files: Sequence[DataFile], *, is_open: bool) -> list[DataFile]:
    """Return the files of a month to join: all where it has more than it needs, the small ones while it grows."""
    needed = math.ceil(sum(file.rows for file in files) / FILE_ROWS)
    if len(files) <= needed:
        return []
    chosen = _small(files) if is_open else list(files)
    return chosen if len(chosen) > 1 else []


def _stale(folder: Folder) -> list[str]:
    """Return the months whose cubes are missing or do not hold, oldest first."""
    events = folder.events.snapshot()
    fresh = fresh_cubes(events, folder.cubes.snapshot())
    kept = {file.month for file in folder.cubes.snapshot().files if len(file.month) > len("YYYY")}
    missing = {month for month in events.by_month for spec in MONTHLY if (spec.name, month) not in fresh}
    return sorted(missing | (kept - set(events.by_month)))


def _grouped(folder: Folder, months: Sequence[str]) -> Iterator[list[str]]:
    """Yield the months whose cubes are made in one commit: as many as hold the facts of one full file together."""
    by_month = folder.events.snapshot().by_month
    group: list[str] = []
    rows = 0
    for month in months:
        group.append(month)
        rows += sum(file.rows for file in by_month.get(month, ()))
        if rows >= FILE_ROWS:
            yield group
            group, rows = [], 0
    if group:
        yield group


def _renew_cubes(writer: Writer, months: Sequence[str]) -> None:
    """Make the cubes of some months from their current files, in one commit (under the lock)."""
    cubes, events = writer.folder.cubes, writer.folder.events
    by_month = events.snapshot().by_month
    old = [file for file in cubes.snapshot().files if file.month in set(months)]
    with undone_on_failure(cubes) as adds:

        def make(month: str) -> None:
            files = by_month[month]
            made: dict[str, pl.DataFrame] = {}
            for spec in MONTHLY:
                if spec.summed_from:
                    made[spec.name] = summed(spec, cubes.layout, writer.folder.levels, made[spec.summed_from].lazy())
                else:
                    facts, rows = _scanned(events, files), sum(file.rows for file in files)
                    made[spec.name] = cells(spec, cubes.layout, writer.folder.levels, facts, rows=rows)
                adds.extend(_filed(cubes, spec, month, made[spec.name], fingerprint(files)))

        with ThreadPoolExecutor(_MAKERS) as pool:
            for _ in pool.map(make, [month for month in months if month in by_month]):
                continue  # an error of a maker is raised here, when all have ended
        cubes.commit(adds, old, verb="cube")


def _join_years(writer: Writer) -> None:
    """Put the cubes of each year in one file of each kind, beside its months': opening twelve files takes its time."""
    folder = writer.folder
    cubes, events = folder.cubes, folder.events
    for year, months in months_by_year(events.snapshot()).items():
        with writer.turn():
            current = fingerprints(events.snapshot())[year]
            fresh = fresh_cubes(events.snapshot(), cubes.snapshot())
            kinds = [spec for spec in CUBES if spec.is_joined and (spec.name, year) not in fresh]
            made_from = {kind.name: kind.rolled_up_from or kind.name for kind in kinds}
            needed = [(name, month) for name in made_from.values() for month in months]
            if not kinds or len(months) == 1 or not all(each in fresh for each in needed):
                continue
            old = [file for file in cubes.snapshot().files if file.month == year]
            with undone_on_failure(cubes) as adds:
                for kind in kinds:
                    source = _scanned(cubes, [file for month in months for file in fresh[made_from[kind.name], month]])
                    whole = (
                        summed(kind, cubes.layout, folder.levels, source)
                        if kind.rolled_up_from
                        else joined(cubes.layout, source)
                    )
                    adds.extend(_filed(cubes, kind, year, whole, current))
                cubes.commit(adds, [file for file in old if dict(file.partition)["cube"] in made_from], verb="cube")


def _scanned(table: Table, files: Iterable[DataFile]) -> pl.LazyFrame:
    return pl.scan_parquet([table.root / file.path for file in files], hive_partitioning=False)


def _filed(cubes: Table, spec: CubeSpec, month: str, made: pl.DataFrame, print_of_files: str) -> list[DataFile]:
    partition = {"cube": spec.name, "month": month}
    batches = as_filed(made, cubes.layout).to_batches()
    return write_files(cubes.root, cubes.layout, partition, batches, prefix=f"{print_of_files}-")
