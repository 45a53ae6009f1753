"""Records that come by themselves: the same manifest, mapping and quarantine as an import, batch by batch."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pyarrow.compute as pc

from quietude.ingest.filer import Filer
from quietude.ingest.intake import Intake
from quietude.ingest.keys import LastMet, Ordinals, Seen
from quietude.ingest.ledger import Ledger, Quarantined
from quietude.ingest.mapping import KEPT, Mapper
from quietude.ingest.neighbours import with_neighbours
from quietude.ingest.observations import Numbers
from quietude.ingest.plan import Locator, Plan
from quietude.ingest.report import ImportReport, Outcome
from quietude.ingest.run import make_plan, source_lock
from quietude.ingest.tally import Tally
from quietude.model.vocabulary import Vocabulary
from quietude.sources.api import Manifest, RawBatch, Town, flow_batch
from quietude.store.api import Store
from quietude.video.api import Authorisation

Taken = tuple[list[Quarantined], datetime | None]
"""What was set aside of a batch, and when the newest of the rest happened."""
OTHER_WRITER_S = 5.0  # an import of the same source may be at work: what came waits its turn, on disk


@dataclass(frozen=True, slots=True)
class Received:
    """What became of one batch of records."""

    at: datetime
    """`received_at` of its facts."""
    records: int
    stored: int
    quarantined: int
    newest_at: datetime | None = None
    """When the newest of its facts or values happened; None where there is none."""


@dataclass(slots=True)
class Flow:
    """Files what comes of one source; made once, since the town's gazetteer is opened for it.

    Its account in the ledger is one report a local day, as of an import that is done.
    """

    town: Town
    manifest: Manifest
    store: Store
    ledger: Ledger
    vocabulary: Vocabulary
    locator: Locator | None = None
    """Stands in for the town's geocoder."""
    authorisations: tuple[Authorisation, ...] = ()
    """Those of algorithmic video, as they are kept now; set before each batch."""
    _plan: Plan | None = None
    _tally: Tally | None = None
    _day: date = field(default=date.min)

    def file(self, lines: bytes, name: str, now: datetime) -> Received:
        """File lines of JSON; `name` says where they come from, `now` (aware) becomes their `received_at`.

        Safe to repeat: the same records are the same facts. A key that comes twice stands as it came last.

        Raises:
            SourceBusyError: an import of the source runs.
            StoreError, OSError, sqlite3.Error: nothing of it was counted; try again.
        """
        with source_lock(self.ledger, self.manifest.name, wait_s=OTHER_WRITER_S, on_wait=_nobody):
            plan, tally = self._prepared(now)
            kept = deepcopy(tally)
            try:
                aside, newest = self._taken(plan, tally, lines, name)
            except BaseException:
                self._tally = kept
                raise
            tally.conclude(plan)
            tally.report.finished_at = now
            self.ledger.keep(tally.report)
        before, after = kept.report, tally.report
        return Received(now, after.read - before.read, after.stored - before.stored, aside, newest)

    def _taken(self, plan: Plan, tally: Tally, lines: bytes, name: str) -> tuple[int, datetime | None]:
        batch = _own_columns(flow_batch(self.manifest, lines, name))
        mapper = Mapper(self.manifest, batch.columns)
        take = self._numbers if self.manifest.kind == "observations" else self._facts
        aside, newest = take(plan, tally, batch, mapper)
        if aside:
            self.ledger.set_aside(aside)
        return len(aside), newest

    def _prepared(self, now: datetime) -> tuple[Plan, Tally]:
        """Return plan and account for a batch; a new account on a new day."""
        if self._plan is None:
            self._plan = make_plan(
                self.town, self.manifest, vocabulary=self.vocabulary, now=now, locator=self.locator,
                cache_dir=self.ledger.path.parent / "gazetteer",
            )  # fmt: skip
        self._plan = replace(self._plan, now=now, authorisations=self.authorisations)
        today = now.astimezone(ZoneInfo(self.town.timezone)).date()
        if self._tally is None or today != self._day:
            report = ImportReport(
                source=self.manifest.name, town=self.town.name, started_at=now, kind=self.manifest.kind, is_flow=True,
                outcome=Outcome.DONE, finished_at=now, columns_dropped=dict(self.manifest.map.drop),
            )  # fmt: skip
            report.id = self.ledger.begin(report)
            self._tally, self._day = Tally(report), today
        return self._plan, self._tally

    def _facts(self, plan: Plan, tally: Tally, batch: RawBatch, mapper: Mapper) -> Taken:
        met = LastMet()
        records = mapper.complete(batch.frame, batch.file)
        scope = mapper.in_scope()
        records = records if scope is None else records.filter(scope)
        met.note(Ordinals().settle(records.select(key=mapper.key())["key"]))
        prepared = Intake(plan, tally, Seen("last", met.table()), tally.report.id).take(batch, mapper)
        with Filer(self.store, tally.report, is_dry=False) as filer:
            filer.file(prepared.table)
        return prepared.quarantined, pc.max(prepared.table["occurred_from"]).as_py()

    def _numbers(self, plan: Plan, tally: Tally, batch: RawBatch, mapper: Mapper) -> Taken:
        since = self.store.values_gone(self.manifest.name)
        numbers = Numbers(plan, tally, tally.report.id, drops_absent=True, since=since)
        table, aside, records = numbers.take(batch, mapper)
        new = self.store.append_observations(with_neighbours(self.store, table, mapper, numbers.specs))
        tally.report.values += new
        if new:
            tally.report.filed += records
        else:
            tally.report.unchanged += records
        return aside, pc.max(table["at"]).as_py()


def silent_since(manifest: Manifest, last_at: datetime, now: datetime) -> timedelta | None:
    """Return for how long a flow has been silent, beyond what its manifest allows; None when it is not."""
    allowed = manifest.flow.silence if manifest.flow is not None else None
    quiet = now - last_at
    return quiet if allowed is not None and quiet > allowed else None


def _own_columns(batch: RawBatch) -> RawBatch:
    """Return records without the names by which values of set-aside records are kept: a sender cannot say them."""
    strange = [name for name in batch.frame.columns if name.startswith(KEPT)]
    return replace(batch, frame=batch.frame.drop(strange)) if strange else batch


def _nobody() -> None:
    """Tell nobody."""
