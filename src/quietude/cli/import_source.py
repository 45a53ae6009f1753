"""`quietude import`: read sources into the store, with progress and a report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Table

from quietude.cli.noting import note_command
from quietude.config import Settings
from quietude.ingest.api import REASONS, ImportReport, Ledger, Outcome, SourceBusyError, retry_quarantine, run_import
from quietude.ingest.api import Progress as Stage
from quietude.journal.api import Kind
from quietude.model.territory_faults import check
from quietude.model.vocabulary import load_vocabulary
from quietude.sources.api import ManifestError, TerritoryError, Town, load_town
from quietude.store.api import Store, StoreError

FAILED = 1
INTERRUPTED = 130  # what shells say of a command ended by Ctrl-C


@click.command(name="import")
@click.argument("sources", nargs=-1, metavar="[SOURCE]...")
@click.option("--all", "is_all", is_flag=True, help="Import every source of the town.")
@click.option("--dry-run", is_flag=True, help="Do everything but the filing.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Read the first N records of each source only.")
@click.option("--retry", is_flag=True, help="Try quarantined records again instead of reading the source.")
@click.option(
    "--wait",
    "wait_s",
    type=float,
    metavar="SECONDS",
    help="Wait at most so long for another import of the same source.",
)
@click.pass_obj
def command(
    settings: Settings,
    *,
    sources: tuple[str, ...],
    is_all: bool,
    dry_run: bool,
    limit: int | None,
    retry: bool,
    wait_s: float | None,
) -> None:
    """Import sources of the town: read, map, locate, qualify, protect, file.

    Importing twice stores once; an interrupted import is completed by importing again.
    """
    options = Options(dry_run=dry_run, limit=limit, retry=retry, wait_s=wait_s)
    if not import_sources(settings, sources, Console(), is_all=is_all, options=options):
        raise click.exceptions.Exit(FAILED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How sources are imported."""

    dry_run: bool = False
    limit: int | None = None
    retry: bool = False
    wait_s: float | None = None


def import_sources(
    settings: Settings,
    sources: Sequence[str],
    console: Console,
    *,
    is_all: bool = False,
    options: Options | None = None,
) -> bool:
    """Import sources one after the other, each with progress and report; return whether all went well.

    Raises:
        click.ClickException: the town or its store cannot be opened, or another import of a source is running.
        click.exceptions.Exit: the user interrupted; what was filed stays filed.
    """
    try:
        town = load_town(settings.town_dir, settings.data_dir, made_here=settings.made_here_dir)
        chosen = _chosen(town, tuple(sources), is_all=is_all)
        store = Store.open(settings.facts_dir, levels=town.territory.level_names, timezone=town.timezone)
    except (ManifestError, TerritoryError, StoreError) as error:
        raise click.ClickException(str(error)) from error
    for fault in check(town.territory):
        console.print(f"[yellow]territory: {escape(str(fault))}[/]", soft_wrap=True)
    options = options or Options()
    note_command(
        settings,
        Kind.MODIFY if options.retry else Kind.COLLECT,
        "import",
        sources=", ".join(chosen),
        form="retry" if options.retry else "dry run" if options.dry_run else "",
    )
    ledger = Ledger(settings.ledger_path)
    reports = [_reported(town, source, store, ledger, console=console, options=options) for source in chosen]
    return all(report.outcome != Outcome.FAILED for report in reports)


def _reported(
    town: Town, source: str, store: Store, ledger: Ledger, *, console: Console, options: Options
) -> ImportReport:
    try:
        with _bar(console, source) as tell:
            report = _import(town, source, store, ledger, tell, options=options)
    except SourceBusyError as error:
        raise click.ClickException(str(error)) from error
    except KeyboardInterrupt:
        interrupted = next(iter(ledger.reports(source=source, limit=1)), None)
        if interrupted is not None and not options.dry_run:
            print_report(interrupted, console)
        raise click.exceptions.Exit(INTERRUPTED) from None
    print_report(report, console)
    return report


def _chosen(town: Town, sources: tuple[str, ...], *, is_all: bool) -> list[str]:
    if is_all == bool(sources):
        raise click.UsageError(f"name sources, or --all; the town has: {', '.join(town.sources) or 'none'}")
    unknown = [name for name in sources if name not in town.sources]
    if unknown:
        raise click.UsageError(f"no source {', '.join(map(repr, unknown))}; the town has: {', '.join(town.sources)}")
    if is_all:
        return [name for name, manifest in town.sources.items() if manifest.has_files]
    return list(dict.fromkeys(sources))


def _import(
    town: Town, source: str, store: Store, ledger: Ledger, tell: Callable[[Stage], None], *, options: Options
) -> ImportReport:
    vocabulary, now = load_vocabulary(), datetime.now(UTC)
    if options.retry:
        return retry_quarantine(town, source, store, ledger, vocabulary=vocabulary, now=now)
    return run_import(
        town,
        source,
        store,
        ledger,
        vocabulary=vocabulary,
        now=now,
        progress=tell,
        dry_run=options.dry_run,
        limit=options.limit,
        wait_s=options.wait_s,
    )


class _bar:  # noqa: N801 - reads as a phrase at its only use
    """A progress bar for one source: rows, rate, time left."""

    def __init__(self, console: Console, source: str) -> None:
        words = "[bold]{task.fields[source]}[/] {task.fields[stage]}"
        numbers = "{task.fields[rows]:>9,} rows {task.fields[rate]:>8,.0f}/s {task.fields[left]}"
        self._progress = Progress(TextColumn(words), BarColumn(), TextColumn(numbers), console=console, transient=True)
        self._task = self._progress.add_task("", total=1.0, source=source, stage="", rows=0, rate=0.0, left="")

    def __enter__(self) -> Callable[[Stage], None]:
        self._progress.start()
        return self._tell

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def _tell(self, at: Stage) -> None:
        left = f"{at.seconds_left:,.0f} s left" if at.seconds_left is not None else ""
        stage = "waiting: another import of it is running" if at.stage == "waiting" else at.stage
        self._progress.update(
            self._task,
            completed=at.fraction,
            source=at.source,
            stage=stage,
            rows=at.rows,
            rate=at.rows_per_s,
            left=left,
        )


def print_report(report: ImportReport, console: Console) -> None:
    """Print the account of one import."""
    colour = {Outcome.DONE: "green", Outcome.DRY_RUN: "cyan"}.get(report.outcome, "red")
    console.print(
        f"[bold]{report.source}[/] [{colour}]{report.outcome.value.replace('_', ' ')}[/]  "
        f"{report.read:,} read in {report.seconds:,.1f} s ({report.rows_per_s:,.0f}/s)"
    )
    if report.error is not None:
        console.print(f"  [red]{escape(report.error)}[/]", soft_wrap=True)
    table = Table(box=None, show_header=False, padding=(0, 2))
    table.add_column(justify="right")
    table.add_column()
    for number, words in _lines(report):
        table.add_row(f"{number:,}", words)
    console.print(table)
    for words in _remarks(report):
        console.print(f"  {words}", soft_wrap=True)


def _lines(report: ImportReport) -> list[tuple[int, str]]:
    counts = [
        (report.filed, "would be filed" if report.outcome == Outcome.DRY_RUN else "filed"),
        (report.updated, "updated (a new version)"),
        (report.unchanged, "unchanged"),
        (report.duplicates, "repeated in the source"),
        (report.out_of_scope, "out of scope"),
        (report.refused_past_retention, "refused: past retention"),
        (report.refused_erased, "refused: erased on purpose"),
        (report.quarantined, "in quarantine"),
    ]
    lines = [(number, words) for number, words in counts if number or words in {"filed", "in quarantine"}]
    lines += [(number, f"  {REASONS[code].heading('en').lower()}" if code in REASONS else f"  {code}")
              for code, number in report.quarantined_by_reason.items()]  # fmt: skip
    others = [
        (report.values, "values of sensors, new or changed"),
        (report.withdrawn, "earlier facts closed: no longer in the source"),
        (report.generalised, "kept for statistics only: past retention"),
        (report.resolved, "earlier quarantined records resolved"),
        (report.unmapped_total, "with a category the crosswalk does not know"),
    ]
    return lines + [(number, words) for number, words in others if number]


def _remarks(report: ImportReport) -> list[str]:
    remarks = [f"[yellow]warning: {escape(warning)}[/]" for warning in report.warnings]
    if report.expected is not None:
        remarks.append(f"expected: {report.expected[0]:,} to {report.expected[1]:,} records")
    if report.since is not None:
        remarks.append(f"period: {report.since} to {report.until}")
    if report.located:
        places = ", ".join(f"{escape(by) or 'nowhere'} {number:,}" for by, number in report.located.items())
        remarks.append(f"located by: {places}")
    if report.masked:
        remarks.append("masked: " + ", ".join(f"{kind} {number:,}" for kind, number in report.masked.items()))
    if report.columns_unread:
        remarks.append(f"[yellow]columns unread: {escape(', '.join(report.columns_unread))}[/]")
    if report.unmapped:
        some = list(report.unmapped.items())[:5]
        remarks.append("unknown categories: " + ", ".join(f"{escape(value)} {number:,}" for value, number in some))
    if report.quality:
        remarks.append("quality: " + ", ".join(f"{name} {score:.0%}" for name, score in report.quality.items()))
    return remarks
