"""What was set aside tried again, once the manifest is mended."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime

import polars as pl

from quietude.ingest.failures import EXPECTED, explain
from quietude.ingest.filer import Filer
from quietude.ingest.intake import Intake
from quietude.ingest.keys import Seen
from quietude.ingest.ledger import BATCH, Ledger, Quarantined
from quietude.ingest.mapping import Mapper
from quietude.ingest.neighbours import with_neighbours
from quietude.ingest.observations import Numbers
from quietude.ingest.plan import Locator, Plan
from quietude.ingest.report import ImportReport, Outcome
from quietude.ingest.run import conclude, make_plan, source_lock
from quietude.ingest.sick import RAW
from quietude.ingest.tally import Tally
from quietude.model.vocabulary import Vocabulary
from quietude.sources.api import LINE, RawBatch, Town
from quietude.store.api import Store


def retry_quarantine(
    town: Town,
    source: str,
    store: Store,
    ledger: Ledger,
    *,
    vocabulary: Vocabulary,
    now: datetime,
    ids: Sequence[str] | None = None,
    locator: Locator | None = None,
) -> ImportReport:
    """Map the source's quarantined records again (those of `ids`, or all that are open) and file those that can be now.

    Those filed are closed and forgotten; the others stay, under their newest reason. Stretches that were no records
    can only come back by a new import, and are not counted here.

    Raises:
        KeyError: the town has no such source.
    """
    manifest = town.sources[source]
    report = ImportReport(
        source=source, town=town.name, started_at=now, kind=manifest.kind, is_limited=True, is_retry=True
    )
    begun = time.monotonic()
    with source_lock(ledger, source, wait_s=None, on_wait=lambda: None):
        report.id = ledger.begin(report)
        try:
            plan = make_plan(
                town,
                manifest,
                vocabulary=vocabulary,
                now=now,
                locator=locator,
                cache_dir=ledger.path.parent / "gazetteer",
            )
            for records in _groups(ledger, source, ids):
                _again(records, plan, store, ledger, report)
            report.outcome = Outcome.DONE
        except EXPECTED as error:
            report.outcome = Outcome.FAILED
            report.error_code, report.error = explain(error, report)
        finally:
            conclude(report, ledger, seconds=time.monotonic() - begun, dry_run=False)
    return report


def _groups(ledger: Ledger, source: str, ids: Sequence[str] | None) -> list[list[Quarantined]]:
    """Return the open records that can be mapped again, by file."""
    chosen: list[Quarantined] = []
    if ids is None:
        while some := ledger.quarantined(source=source, limit=10_000, offset=len(chosen)):
            chosen += some
    else:
        for begin in range(0, len(ids), BATCH):
            chosen += ledger.quarantined(source=source, ids=ids[begin : begin + BATCH], limit=BATCH)
    files: dict[str, list[Quarantined]] = {}
    for record in chosen:
        if RAW not in record.raw:
            files.setdefault(record.file, []).append(record)
    return list(files.values())


def _again(records: list[Quarantined], plan: Plan, store: Store, ledger: Ledger, report: ImportReport) -> None:
    names = list(dict.fromkeys(name for record in records for name in record.raw))
    columns = {name: [record.raw.get(name) for record in records] for name in names}
    frame = pl.DataFrame(columns, schema=dict.fromkeys(names, pl.String)).with_columns(
        pl.Series(LINE, [record.line for record in records], dtype=pl.UInt32)
    )
    batch = RawBatch(file=records[0].file, file_number=0, frame=frame, is_last=True, fraction=1.0)
    mapper = Mapper(plan.manifest, batch.columns)
    tally = Tally(report)
    if plan.manifest.kind == "observations":
        since = store.values_gone(plan.manifest.name)
        numbers = Numbers(plan, tally, report.id, drops_absent=not plan.manifest.has_files, since=since)
        table, aside, number = numbers.take(batch, mapper)
        store.append_observations(with_neighbours(store, table, mapper, numbers.specs))
        report.filed += number
    else:
        prepared = Intake(plan, tally, Seen(plan.manifest.duplicates), report.id).take(batch, mapper)
        aside = prepared.quarantined
        with Filer(store, report, is_dry=False) as filer:
            filer.file(prepared.table)
    still = {(record.file, record.line) for record in aside}
    report.resolved += ledger.close_quarantined(
        [r.id for r in records if (r.file, r.line) not in still], status="filed", at=plan.now
    )
    renamed = {record.id for record in aside} - {record.id for record in records}
    if renamed:
        ledger.close_quarantined([r.id for r in records if (r.file, r.line) in still], status="gone", at=plan.now)
    ledger.set_aside(aside)
    tally.conclude(plan)
