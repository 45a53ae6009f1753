"""Judges in the background while the portal is served: what was filed since, and what the clock alone makes of it."""

from __future__ import annotations

import logging
import os
import platform
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event
from uuid import uuid4

from django.db import DatabaseError, close_old_connections
from django.db.models import Q
from django.utils import timezone

from quietude.alarms.api import Compiled, RuleFiles
from quietude.ingest.api import Outcome
from quietude.portal.alarm_editions.standing import current_ground
from quietude.portal.alarms import arrivals, exercises
from quietude.portal.alarms.ground import current_files
from quietude.portal.alarms.judging import ARRIVALS, Judge, OvertakenError, played_until
from quietude.portal.alarms.models import Arrival, Memory, World
from quietude.portal.alarms.normals import month_of
from quietude.portal.alarms.pulse import ring
from quietude.portal.alarms.rule_files import last_readable
from quietude.portal.alarms.suppressing import follow
from quietude.portal.alarms.telling import tell_due
from quietude.portal.background import in_background
from quietude.portal.town import current_ledger, current_town
from quietude.sources.api import GazetteerError
from quietude.store.api import StoreError

EVERY_S = 1.0
GATHERED_S = 0.05
"""What else comes meanwhile is judged with it: an alarm that changed ten times is written once."""
FAULT_WAIT_S = 5.0
LEASE = timedelta(seconds=20)
LONGEST_IMPORT = timedelta(hours=12)  # one that is said to run for longer was killed
log = logging.getLogger(__name__)


@dataclass(slots=True)
class Watch:
    """The judges of both worlds, kept between rounds."""

    judges: dict[World, Judge] = field(default_factory=dict)
    rules: tuple[Compiled, ...] = ()
    read: RuleFiles | None = None

    def once(self, now: datetime) -> int:
        """Judge what has arrived, the first first; return how many alarms changed.

        Raises:
            StoreError, DatabaseError: nothing of this round was kept.
        """
        read = current_files()
        if read is not self.read:
            rules = last_readable(read, current_ground(), current_town().folder, now)
            self.read = read
            if rules != self.rules:
                self.judges, self.rules = {}, rules
        follow_imports()
        waiting = list(Arrival.objects.filter(is_settled=True)[:ARRIVALS])
        clocks = {World.REAL: now, World.EXERCISE: exercises.clock(now)}
        changed = sum(self._judge(world, waiting, clocks[world]) for world in World) + follow(now)
        if changed:
            ring()
        if waiting:
            Arrival.objects.filter(pk__in=[each.pk for each in waiting]).delete()
        return changed

    def _judge(self, world: World, waiting: list[Arrival], now: datetime) -> int:
        try:
            judge = self.judges.get(world)
            if judge is None or judge.month != month_of(now) or judge.played_until != played_until(world):
                judge = Judge.of(world, self.rules, now)
            self.judges[world] = judge
            return judge.judge(now, arrivals=waiting)
        except BaseException as error:
            self.judges.pop(world, None)  # what is in its memory may be ahead of what is kept
            if isinstance(error, OvertakenError):
                return self._judge(world, waiting, now)
            raise


@dataclass(slots=True)
class Lease:
    """The right to judge: one of several serving processes has it, the others would judge all of it a second time."""

    name: str
    until: datetime | None = None

    def holds(self, now: datetime) -> bool:
        """Tell whether this process judges; asks the database at half time."""
        if self.until is not None and now < self.until - LEASE / 2:
            return True
        Memory.objects.get_or_create(world=World.REAL)
        free = Q(keeper=self.name) | Q(kept_until=None) | Q(kept_until__lt=now)
        until = now + LEASE
        taken = Memory.objects.filter(free, world=World.REAL).update(keeper=self.name, kept_until=until)
        self.until = until if taken else None
        return bool(taken)

    def give_back(self) -> None:
        """Let another process judge at once."""
        Memory.objects.filter(world=World.REAL, keeper=self.name).update(kept_until=None)


def follow_imports() -> None:
    """Have the facts judged of imports that ended since, whichever process ran them."""
    memory, is_new = Memory.objects.get_or_create(world=World.REAL)
    ledger = current_ledger()
    newest = next((each.id for each in ledger.reports(limit=1)), 0)
    if is_new:
        Memory.objects.filter(pk=memory.pk).update(last_import=newest)
    if is_new or newest <= memory.last_import:
        return
    reports = ledger.reports(limit=newest - memory.last_import)
    later = [each for each in reversed(reports) if each.id > memory.last_import]
    for report in later:
        if report.outcome == Outcome.RUNNING and timezone.now() - report.started_at < LONGEST_IMPORT:
            return  # and what follows it waits for it
        if not report.is_flow and (report.stored or report.values):
            arrivals.arrived(report.source, report.started_at)
        Memory.objects.filter(pk=memory.pk).update(last_import=report.id)


@contextmanager
def running() -> Iterator[None]:
    """Judge in the background while the portal is served."""
    with in_background("alarms", _run):
        try:
            yield
        finally:
            arrivals.wake()


def _run(stopped: Event) -> None:
    watch, lease = Watch(), Lease(f"{platform.node()}:{os.getpid()}:{uuid4().hex[:8]}"[:100])
    arrivals.settle_left_behind()
    while not stopped.is_set():
        if arrivals.wait_for_more(EVERY_S):
            stopped.wait(GATHERED_S)
        try:
            if not lease.holds(timezone.now()):
                continue
            tell_due(watch.rules, timezone.now())  # first: a rule that cannot be used stops judging, not escalation
            arrivals.settle_forgotten(timezone.now())
            watch.once(timezone.now())
            while not stopped.is_set() and Arrival.objects.filter(is_settled=True).exists():
                watch.once(timezone.now())
            tell_due(watch.rules, timezone.now())
        except (DatabaseError, GazetteerError, StoreError, OSError, sqlite3.Error) as error:
            log.error("alarms could not be judged, what came waits: %s", error)
            stopped.wait(FAULT_WAIT_S)
        finally:
            close_old_connections()
    with suppress(DatabaseError):
        lease.give_back()
    close_old_connections()
