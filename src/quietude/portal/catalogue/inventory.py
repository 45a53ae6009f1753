"""What is known of each source: its manifest, its last import, what it gave and what it left in quarantine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from quietude.ingest.api import ImportReport, Ledger
from quietude.model.filter.question import Choice, Filter
from quietude.model.observation import mark_of
from quietude.model.viewer import Viewer
from quietude.sources.api import Manifest, Town
from quietude.store.api import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One source of the inventory, as a viewer may know it."""

    manifest: Manifest
    title: str
    count: int
    """Facts (or numbers, for observations) of this source that the viewer may list."""
    since: date | None
    until: date | None
    last: ImportReport | None
    running: ImportReport | None
    quarantined: int

    @property
    def quality_percent(self) -> int | None:
        """Return the overall quality of the last import, in percent."""
        score = self.last.quality.get("overall") if self.last is not None else None
        return None if score is None else round(score * 100)


def rows_of(town: Town, store: Store, ledger: Ledger, viewer: Viewer, *, language: str) -> tuple[Row, ...]:
    """Return the town's sources in the order of their titles."""
    counts = {row["source"]: row["count"] for row in store.count(viewer, Filter(), by=("source",)).to_pylist()}
    numbers: dict[str, int] = {}
    for series in store.series(viewer).to_pylist():
        if mark_of(series["series"]):
            continue  # of an exercise
        numbers[series["source"]] = numbers.get(series["source"], 0) + series["count"]
    last = ledger.last_reports()
    quarantined = {source: sum(reasons.values()) for source, reasons in ledger.quarantine_counts().items()}
    running = running_imports(ledger)
    rows = [
        Row(
            manifest=manifest,
            title=manifest.title.say(language),
            count=counts.get(name, 0) or numbers.get(name, 0) or places_of(ledger, manifest, name),
            since=_day(last.get(name), "since"),
            until=_day(last.get(name), "until"),
            last=last.get(name),
            running=running.get(name),
            quarantined=quarantined.get(name, 0),
        )
        for name, manifest in town.sources.items()
    ]
    return tuple(sorted(rows, key=lambda row: row.title))


def places_of(ledger: Ledger, manifest: Manifest, name: str) -> int:
    """Return how many places a source of kind places registered; 0 for the other kinds."""
    return len(ledger.places(source=name)) if manifest.kind == "places" else 0


def running_imports(ledger: Ledger) -> Mapping[str, ImportReport]:
    """Return the imports that run now, by source."""
    return {report.source: report for report in ledger.reports(limit=50) if report.outcome == "running"}


def _day(report: ImportReport | None, field: str) -> date | None:
    value = getattr(report, field) if report is not None else None
    return date.fromisoformat(value) if value else None


def facts_filter(name: str) -> Filter:
    """Return the question for all facts of one source."""
    return Filter(sources=Choice(any_of=(name,)))
