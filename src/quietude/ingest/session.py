"""One import at work: its batches read, prepared, filed, and accounted for as it goes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import polars as pl

from quietude.ingest.failures import TooFewError
from quietude.ingest.filer import Filer
from quietude.ingest.intake import Intake
from quietude.ingest.keys import LastMet, Ordinals, Seen
from quietude.ingest.ledger import Ledger, Quarantined
from quietude.ingest.mapping import Mapper
from quietude.ingest.neighbours import with_neighbours
from quietude.ingest.observations import Numbers
from quietude.ingest.plan import Plan
from quietude.ingest.register import Register
from quietude.ingest.report import FileRead, ImportReport, Progress
from quietude.ingest.snapshots import withdraw
from quietude.ingest.tally import Tally
from quietude.sources.api import RawBatch, SourceFile, Town, count_records, prefetched, read_batches
from quietude.store.api import Store

COUNTABLE_BYTES = 8 * 2**20  # of files on disk: counting the records beforehand takes a fraction of a second


@dataclass(slots=True)
class Session:
    """The state of one running import."""

    plan: Plan
    town: Town
    store: Store
    ledger: Ledger
    report: ImportReport
    files: Sequence[SourceFile]
    progress: Callable[[Progress], None]
    is_dry: bool
    limit: int | None
    told: Callable[[Sequence[Quarantined]], None] | None = None
    """Who else is told of the records set aside: a dry run keeps none."""
    tally: Tally = field(init=False)
    _begun: float = field(default_factory=time.monotonic)
    _file_rows: int = 0
    _uids: list[pl.Series] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.tally = Tally(self.report)

    def run(self) -> None:
        """Import the source's records as the manifest's kind demands.

        Raises:
            TooFewError: the source holds fewer records than expected.
        """
        self._check_beforehand()
        kind = self.plan.manifest.kind
        if kind == "observations":
            self._numbers()
        elif kind == "places":
            self._register()
        else:
            self._facts()
        self.tally.conclude(self.plan)

    def _batches(self) -> Iterator[tuple[RawBatch, Mapper]]:
        """Yield batches with the mapper of their columns, at most `limit` records, telling progress."""
        mappers: dict[tuple[str, ...], Mapper] = {}
        left = self.limit
        unread: dict[str, None] = {}
        reading = read_batches(
            self.plan.manifest, self.town.data_dir, town=self.town, now=self.plan.now, files=self.files or None
        )
        for read in prefetched(reading):
            batch = read if left is None else _cut(read, left)
            if batch.columns not in mappers:
                mapper = Mapper(self.plan.manifest, batch.columns)
                mapper.check(batch.file)
                mappers[batch.columns] = mapper
                unread.update(dict.fromkeys(mapper.unread()))
                self.report.columns_unread = list(unread)
            yield batch, mappers[batch.columns]
            self._note_file(batch)
            self._tell("filing", batch.fraction)
            if not self.is_dry:
                self.ledger.keep(self.report)
            if left is not None:
                left -= batch.frame.height + len(batch.problems)
                if left <= 0:
                    return

    def _note_file(self, batch: RawBatch) -> None:
        self._file_rows += batch.frame.height + len(batch.problems)
        if batch.is_last:
            size = next((file.size_bytes for file in self.files if file.number == batch.file_number), 0)
            self.report.files.append(FileRead(name=batch.file, size_bytes=size, rows=self._file_rows))
            if self._file_rows == 0:
                self.report.warnings.append(f"{batch.file}: the file holds no record")
            self._file_rows = 0

    def _tell(self, stage: str, fraction: float) -> None:
        elapsed = max(time.monotonic() - self._begun, 1e-9)
        rate = self.report.read / elapsed
        left = elapsed * (1 - fraction) / fraction if fraction > 0 else None
        self.progress(
            Progress(
                source=self.report.source,
                stage=stage,
                rows=self.report.read,
                fraction=fraction,
                rows_per_s=rate,
                seconds_left=left,
            )
        )

    def _aside(self, records: Sequence[Quarantined]) -> None:
        if records and not self.is_dry:
            self.ledger.set_aside(records)
        if records and self.told is not None:
            self.told(records)

    def _facts(self) -> None:
        manifest = self.plan.manifest
        intake = Intake(self.plan, self.tally, Seen(manifest.duplicates, self._last_met()), self.report.id)
        with Filer(self.store, self.report, is_dry=self.is_dry) as filer:
            for batch, mapper in self._batches():
                prepared = intake.take(batch, mapper)
                self._aside(prepared.quarantined)
                filer.file(prepared.table)
                if manifest.snapshot:
                    self._uids.append(pl.Series("uid", pl.from_arrow(prepared.table["uid"])))
                    if batch.is_last:
                        filer.settle()
                        self._end_snapshot(batch)
                        intake.seen, intake.ordinals = Seen(manifest.duplicates), Ordinals()

    def _end_snapshot(self, batch: RawBatch) -> None:
        """Close what this snapshot no longer holds, unless it holds suspiciously little."""
        present = pl.concat(self._uids)
        self._uids = []
        if self.is_dry or self.limit is not None:
            return
        expected = self.plan.manifest.expect.rows
        rows = self._file_rows + batch.frame.height + len(batch.problems)
        if expected is not None and rows < expected[0]:
            raise TooFewError(
                f"{batch.file} holds {rows} records, fewer than the {expected[0]} expected; "
                "what it lacks was not closed"
            )
        self.report.withdrawn += withdraw(self.store, self.plan.manifest.name, present)
        self.ledger.note_snapshot(self.plan.manifest.name, batch.file, at=self.plan.now)

    def _last_met(self) -> pl.DataFrame | None:
        """Return where each key comes last, for sources whose later records replace earlier ones: one reading more."""
        if self.plan.manifest.duplicates != "last" or self.plan.manifest.snapshot:
            return None
        self._tell("counting", 0.0)
        met, ordinals, left = LastMet(), Ordinals(), self.limit
        for read in read_batches(
            self.plan.manifest, self.town.data_dir, town=self.town, now=self.plan.now, files=self.files or None
        ):
            batch = read if left is None else _cut(read, left)
            mapper = Mapper(self.plan.manifest, batch.columns)
            mapper.check(batch.file)
            records = mapper.complete(batch.frame, batch.file)
            scope = mapper.in_scope()
            records = records if scope is None else records.filter(scope)
            met.note(ordinals.settle(records.select(key=mapper.key())["key"]))
            if left is not None:
                left -= batch.frame.height + len(batch.problems)
                if left <= 0:
                    break
        return met.table()

    def _numbers(self) -> None:
        since = self.store.values_gone(self.plan.manifest.name)
        numbers = Numbers(self.plan, self.tally, self.report.id, since=since)
        for batch, mapper in self._batches():
            table, aside, records = numbers.take(batch, mapper)
            self._aside(aside)
            if self.is_dry:
                new = table.num_rows
            else:
                new = self.store.append_observations(with_neighbours(self.store, table, mapper, numbers.specs))
            self.report.values += new
            if new:
                self.report.filed += records
            else:
                self.report.unchanged += records

    def _register(self) -> None:
        register = Register(self.plan, self.tally, self.report.id)
        for batch, mapper in self._batches():
            self._aside(register.take(batch, mapper))
        places = list(register.places.values())
        if self.is_dry or self.limit is not None:
            self.report.filed += len(places)
            return
        new, changed, same = self.ledger.register_places(self.plan.manifest.name, places)
        self.report.filed, self.report.updated, self.report.unchanged = new, changed, same

    def _check_beforehand(self) -> None:
        """Refuse a source that lacks records before anything is filed, where counting them is quick."""
        expected = self.plan.manifest.expect.rows
        is_countable = self.files and sum(file.size_bytes for file in self.files) <= COUNTABLE_BYTES
        if expected is None or not is_countable or self.limit is not None or self.plan.manifest.snapshot:
            return
        self._tell("counting", 0.0)
        number = count_records(self.files)
        if number < expected[0]:
            raise TooFewError(f"the source holds {number} records, fewer than the {expected[0]} expected")

    def check_afterwards(self) -> None:
        """Compare the records read with those expected.

        Raises:
            TooFewError: there were fewer.
        """
        expected = self.plan.manifest.expect.rows
        if expected is None or self.limit is not None:
            return
        counts = (
            [file.rows for file in self.report.files if not file.is_skipped]
            if self.plan.manifest.snapshot
            else [self.report.read]
        )
        for count in counts:
            if count < expected[0]:
                raise TooFewError(f"{count} records were read, fewer than the {expected[0]} expected")
            if count > expected[1]:
                self.report.warnings.append(f"{count} records were read, more than the {expected[1]} expected")


def _cut(batch: RawBatch, left: int) -> RawBatch:
    """Return the first records of a batch."""
    if batch.frame.height + len(batch.problems) <= left:
        return batch
    problems = batch.problems[: max(0, left - batch.frame.height)]
    return RawBatch(
        file=batch.file,
        file_number=batch.file_number,
        frame=batch.frame.head(left),
        problems=problems,
        fraction=batch.fraction,
    )
