"""Sources that are read again by their manifest's `schedule`, while the portal is served."""

from __future__ import annotations

import logging
import sqlite3
import subprocess
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import UTC, datetime, time, timedelta
from threading import Event
from zoneinfo import ZoneInfo

from django.utils import timezone

from quietude.ingest.api import ImportReport, Outcome
from quietude.portal.background import in_background
from quietude.portal.catalogue import runs
from quietude.portal.town import current_ledger, current_town, installation
from quietude.sources.api import Manifest, SourceError, Town, find_files, parse_duration

EVERY_S = 60.0
DAY = timedelta(days=1)
MONTH = timedelta(days=31)  # the longest: a source is read late by days rather than early
Start = Callable[[str], "subprocess.Popen[bytes]"]
log = logging.getLogger(__name__)


def due(town: Town, reports: Mapping[str, ImportReport], now: datetime) -> list[str]:
    """Return the sources to be read again: their time has come, and there is something new to read.

    The first import is made by hand. Nothing is new while no file changed since the last one began, unless that one
    failed; a file that was taken away, such as one that was sent once, is not missed.
    """
    return [
        name
        for name, manifest in sorted(town.sources.items())
        if manifest.schedule is not None
        and (report := reports.get(name)) is not None
        and report.outcome != Outcome.RUNNING
        and not report.is_limited
        and next_of(manifest, report.started_at, town.timezone) <= now
        and _is_new(manifest, town, report)
    ]


def next_of(manifest: Manifest, began: datetime, zone: str) -> datetime:
    """Return when a source is read after an import that began at a moment: on its day at the hour it says, if any."""
    schedule = manifest.schedule
    if schedule is None:
        raise ValueError(f"{manifest.name}: no schedule")
    every = parse_duration(schedule.every)
    span = every.exact + every.months * MONTH
    if schedule.at is None or span < DAY:
        return began + span
    day = (began.astimezone(ZoneInfo(zone)) + span).date()
    return datetime.combine(day, time.fromisoformat(schedule.at), tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _is_new(manifest: Manifest, town: Town, report: ImportReport) -> bool:
    try:
        files = find_files(manifest, town.data_dir)
    except SourceError:
        return False
    if files and report.outcome in {Outcome.FAILED, Outcome.INTERRUPTED}:
        return True
    return any(each.path.stat().st_mtime > report.started_at.timestamp() for each in files)


def scheduled(start: Start | None = None) -> AbstractContextManager[None]:
    """Read sources again in the background while the portal is served, one after the other."""
    begin = start or (lambda source: runs.start(installation(), source))
    return in_background("scheduled-imports", lambda stopped: _run(stopped, begin))


def _run(stopped: Event, start: Start) -> None:
    running: subprocess.Popen[bytes] | None = None
    while not stopped.wait(EVERY_S):
        if running is not None and running.poll() is None:
            continue
        try:
            waiting = due(current_town(), current_ledger().last_imports(), timezone.now())
            running = start(waiting[0]) if waiting else None
        except (OSError, ValueError, sqlite3.Error) as error:
            log.error("sources could not be read again by their schedule: %s", type(error).__name__)
