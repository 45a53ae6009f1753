"""How fresh each source is: when it was read last, with what outcome, and whether it is late by its own schedule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from quietude.ingest.api import ImportReport
from quietude.sources.api import Duration, Manifest, parse_duration


class State(StrEnum):
    """Where a source stands; the first ones need someone."""

    FAILED = "failed"
    LATE = "late"
    NEVER = "never"
    RUNNING = "running"
    FRESH = "fresh"
    STILL = "still"
    """Read once, with no schedule: it does not age."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """One source's freshness."""

    name: str
    title: str
    state: State
    read_at: datetime | None
    until: str | None
    """Last local day of its facts (YYYY-MM-DD)."""


LONGEST_MONTH = timedelta(days=31)
GRACE = 2  # a source is late once it missed two of its own readings


def state_of(report: ImportReport | None, every: Duration | None, now: datetime) -> State:
    """Return a source's state by its last import and how often it should be read."""
    if report is None:
        return State.NEVER
    if report.outcome == "running":
        return State.RUNNING
    if report.outcome in {"failed", "interrupted"}:
        return State.FAILED
    if every is None or report.finished_at is None:
        return State.STILL
    longest = GRACE * (every.exact + every.months * LONGEST_MONTH)
    return State.LATE if now - report.finished_at > longest else State.FRESH


def freshness_of(
    sources: Mapping[str, Manifest], reports: Mapping[str, ImportReport], now: datetime, language: str
) -> list[Freshness]:
    """Return the freshness of every source, those that need someone first."""
    order = list(State)
    found = []
    for name, manifest in sources.items():
        if manifest.is_followed:
            continue  # documents of another system are never imported
        report = reports.get(name)
        every = parse_duration(manifest.schedule.every) if manifest.schedule is not None else None
        found.append(
            Freshness(
                name=name,
                title=manifest.title.say(language),
                state=state_of(report, every, now),
                read_at=report.finished_at if report is not None else None,
                until=report.until if report is not None else None,
            )
        )
    return sorted(found, key=lambda one: (order.index(one.state), one.title))
