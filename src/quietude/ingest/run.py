"""One import from beginning to end."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
from filelock import FileLock, Timeout

from quietude.ingest.evaluate import evaluate
from quietude.ingest.failures import EXPECTED, explain
from quietude.ingest.ledger import Ledger, Quarantined
from quietude.ingest.locate.opening import open_geocoder
from quietude.ingest.plan import Locator, Plan
from quietude.ingest.report import FileRead, ImportReport, Outcome, Progress
from quietude.ingest.session import Session
from quietude.ingest.snapshots import still_to_read
from quietude.model.vocabulary import Vocabulary
from quietude.sources.api import Manifest, Town, find_files, read_crosswalk, read_positions
from quietude.store.api import Store

LOCK_STEP_S = 0.2  # how often a waiting import looks whether the other one ended


class SourceBusyError(RuntimeError):
    """Another import of the same source runs, and was not waited for."""


def run_import(
    town: Town,
    source: str,
    store: Store,
    ledger: Ledger,
    *,
    vocabulary: Vocabulary,
    now: datetime,
    progress: Callable[[Progress], None] | None = None,
    dry_run: bool = False,
    limit: int | None = None,
    wait_s: float | None = None,
    locator: Locator | None = None,
    told: Callable[[Sequence[Quarantined]], None] | None = None,
) -> ImportReport:
    """Import one source and return the account, which the ledger keeps (but of dry runs).

    `now` (aware) decides retention and what lies in the future. `limit` takes the first records only. Another import
    of the same source is waited for `wait_s` seconds, without end when None. Errors of the data, the configuration or
    the machine end in the report (`outcome`, `error`), not in an exception; an interrupt is reported, then raised
    again. `locator` stands in for the town's geocoder; `told` is given the records set aside, batch by batch.

    Raises:
        SourceBusyError: another import of the source still runs after `wait_s` seconds.
        KeyError: the town has no such source.
    """
    manifest = town.sources[source]
    tell = progress or _nobody
    report = ImportReport(
        source=source, town=town.name, started_at=now, kind=manifest.kind, is_limited=limit is not None,
        expected=manifest.expect.rows, columns_dropped=dict(manifest.map.drop),
    )  # fmt: skip
    with source_lock(ledger, source, wait_s=wait_s, on_wait=lambda: tell(Progress(source=source, stage="waiting"))):
        if not dry_run:
            ledger.end_orphans(source, at=now)
            report.id = ledger.begin(report)
        begun = time.monotonic()
        try:
            _work(
                report,
                town,
                manifest,
                store,
                ledger,
                vocabulary=vocabulary,
                now=now,
                tell=tell,
                dry_run=dry_run, limit=limit, locator=locator, told=told,
            )  # fmt: skip
        except EXPECTED as error:
            report.outcome = Outcome.FAILED
            report.error_code, report.error = explain(error, report)
        except BaseException as error:
            _note_end(report, error)
            raise
        finally:
            conclude(report, ledger, seconds=time.monotonic() - begun, dry_run=dry_run)
    return report


def _note_end(report: ImportReport, error: BaseException) -> None:
    """Note in the report that an interrupt, or a fault of ours, ended the import."""
    is_interrupt = isinstance(error, KeyboardInterrupt | SystemExit)
    report.outcome = Outcome.INTERRUPTED if is_interrupt else Outcome.FAILED
    report.error_code = "interrupted" if is_interrupt else "fault"
    report.error = (
        f"interrupted; {report.stored} records are filed and safe, import again to complete"
        if is_interrupt
        else f"{type(error).__name__}: {error}"
    )


def _work(
    report: ImportReport,
    town: Town,
    manifest: Manifest,
    store: Store,
    ledger: Ledger,
    *,
    vocabulary: Vocabulary,
    now: datetime,
    tell: Callable[[Progress], None],
    dry_run: bool,
    limit: int | None,
    locator: Locator | None,
    told: Callable[[Sequence[Quarantined]], None] | None,
) -> None:
    files = find_files(manifest, town.data_dir)
    if manifest.snapshot:
        chosen, left = still_to_read(files, manifest.name, store, ledger)
        report.files = [
            FileRead(name=file.path.name, size_bytes=file.size_bytes, rows=0, is_skipped=True) for file in left
        ]
        files = tuple(chosen)
    plan = make_plan(
        town, manifest, vocabulary=vocabulary, now=now, locator=locator, cache_dir=ledger.path.parent / "gazetteer"
    )
    session = Session(plan, town, store, ledger, report, files, tell, dry_run, limit, told)
    session.run()
    if not dry_run and limit is None:
        report.resolved = ledger.close_unmet(
            manifest.name, report.id, sorted({file.name for file in report.files}), at=now
        )
        oldest = plan.retention.before(now.date())
        ledger.forget_before(
            manifest.name, datetime(oldest.year, oldest.month, oldest.day, tzinfo=ZoneInfo(town.timezone))
        )
    session.check_afterwards()
    if not dry_run:
        tell(Progress(source=manifest.name, stage="finishing", rows=report.read, fraction=1.0))
        store.maintain()
    report.outcome = Outcome.DRY_RUN if dry_run else Outcome.DONE


def conclude(report: ImportReport, ledger: Ledger, *, seconds: float, dry_run: bool) -> None:
    """Write the times into the report, and keep it."""
    report.seconds = round(seconds, 3)
    report.rows_per_s = round(report.read / max(seconds, 1e-9), 1)
    report.finished_at = datetime.now(UTC)
    if not dry_run:
        ledger.keep(report)


def make_plan(
    town: Town,
    manifest: Manifest,
    *,
    vocabulary: Vocabulary,
    now: datetime,
    locator: Locator | None = None,
    cache_dir: Path | None = None,
) -> Plan:
    """Return what an import of one source works with; the compiled gazetteer is kept in `cache_dir`.

    Raises:
        CrosswalkError: the crosswalk cannot be used.
        SourceError: the file of positions is missing or cannot be read.
    """
    crosswalk = manifest.crosswalk_path()
    needs_place = manifest.map.place is not None and manifest.kind != "observations"
    if locator is None:
        locator = open_geocoder(town, cache_dir=cache_dir) if needs_place else _Nowhere()
    return Plan(
        manifest=manifest,
        territory=town.territory,
        town_timezone=town.timezone,
        town_country=town.country,
        vocabulary=vocabulary,
        crosswalk=read_crosswalk(crosswalk, vocabulary) if crosswalk is not None else None,
        locator=locator,
        positions=_positions(manifest, town),
        now=now,
    )


def _positions(manifest: Manifest, town: Town) -> pl.DataFrame | None:
    spec = manifest.map.place.positions if manifest.map.place is not None else None
    if spec is None:
        return None
    raw = read_positions(spec, manifest.town_dir, town.data_dir)
    return (
        raw.select(key=evaluate(spec.key), lon=evaluate(spec.lon), lat=evaluate(spec.lat))
        .filter(pl.col("key").is_not_null())
        .unique("key", keep="first", maintain_order=True)
    )


class _Nowhere:
    """The locator of sources that state no place: it is never asked."""

    def locate(
        self, places: pl.DataFrame, *, scale: float | None = None, source_accuracy_m: float = 20.0
    ) -> pl.DataFrame:
        """Refuse to answer."""
        raise AssertionError(
            f"a source without a place asked for {places.height}; scale {scale}, accuracy {source_accuracy_m}"
        )


@contextmanager
def source_lock(ledger: Ledger, source: str, *, wait_s: float | None, on_wait: Callable[[], None]) -> Iterator[None]:
    """Hold the right to import a source, among all processes; it is given back when the process dies.

    Raises:
        SourceBusyError: another import of the source still runs after `wait_s` seconds.
    """
    folder = ledger.path.parent / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(_lock_path(folder, source))
    try:
        lock.acquire(blocking=False)
    except Timeout:
        on_wait()
        try:
            lock.acquire(timeout=-1 if wait_s is None else wait_s, poll_interval=LOCK_STEP_S)
        except Timeout as error:
            raise SourceBusyError(
                f"another import of {source} is running; it was waited for {wait_s} s, try again later"
            ) from error
    try:
        yield
    finally:
        lock.release()


def _lock_path(folder: Path, source: str) -> Path:
    return folder / f"import-{source}.lock"


def _nobody(_: Progress) -> None:
    """Tell nobody."""
