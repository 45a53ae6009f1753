"""Trials that wait are worked off in the background while the portal is served, the first first."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Event

from django.db import DatabaseError, close_old_connections
from django.db.models import Q
from django.utils import timezone

from quietude.portal.alarm_editions.standing import compiled
from quietude.portal.alarm_rules.models import Trial
from quietude.portal.alarm_rules.trying import CancelledError, Question, answer
from quietude.portal.alarms.ground import current_rules
from quietude.portal.background import in_background
from quietude.portal.rights.standing import viewer_for
from quietude.portal.town import installation
from quietude.sources.api import ManifestError
from quietude.store.api import StoreError

EVERY_S = 1.0  # looked for besides: what another process asked
KEPT = timedelta(days=7)
SILENT = timedelta(minutes=10)
"""A worker of which nothing was heard for so long was killed: the longest step of a trial takes some minutes."""
State = Trial.State
log = logging.getLogger(__name__)
_asked = Event()


def wake() -> None:
    """Have the worker look at once."""
    _asked.set()


def work_off(stopped: Event | None = None) -> int:
    """Try what waits; return how many trials were ended."""
    done = 0
    while (trial := _next(timezone.now())) is not None and not (stopped is not None and stopped.is_set()):
        _try(trial, stopped)
        done += 1
    return done


def forget_old(now: datetime) -> None:
    """Delete the trials that are older than a week: the facts they name go on living by their own law."""
    Trial.objects.filter(asked_at__lt=now - KEPT).delete()


def _next(now: datetime) -> Trial | None:
    free = Q(state=State.WAITING) | Q(state=State.RUNNING, moved_at__lt=now - SILENT)
    for trial in Trial.objects.filter(free)[:1]:
        taken = Trial.objects.filter(free, pk=trial.pk).update(state=State.RUNNING, moved_at=now, percent=0)
        if taken:
            return trial
    return None


def _try(trial: Trial, stopped: Event | None) -> None:
    def tell(percent: int) -> None:
        moved = Trial.objects.filter(pk=trial.pk, state=State.RUNNING).update(percent=percent, moved_at=timezone.now())
        if not moved or (stopped is not None and stopped.is_set()):
            raise CancelledError

    try:
        said = answer(_question(trial), tell)
    except CancelledError:
        if stopped is not None and stopped.is_set():  # another one begins it again
            Trial.objects.filter(pk=trial.pk, state=State.RUNNING).update(state=State.WAITING)
        return
    except (ManifestError, StoreError, OSError) as error:
        Trial.objects.filter(pk=trial.pk, state=State.RUNNING).update(state=State.FAILED, said=str(error))
        return
    Trial.objects.filter(pk=trial.pk, state=State.RUNNING).update(state=State.DONE, result=said, percent=100)


def _question(trial: Trial) -> Question:
    return Question(
        each=compiled(trial.name, trial.text),
        former=compiled(trial.name, trial.former) if trial.former else None,
        others=tuple(each for each in current_rules() if each.rule.name != trial.name),
        viewer=viewer_for(trial.asked_by, trial.purpose),
        since=trial.since,
        until=trial.until,
        operators=installation().alarm_operators,
    )


@contextmanager
def running() -> Iterator[None]:
    """Try in the background while the portal is served."""
    with in_background("trials", _run):
        try:
            yield
        finally:
            wake()


def _run(stopped: Event) -> None:
    while not stopped.is_set():
        _asked.wait(EVERY_S)
        _asked.clear()
        try:
            work_off(stopped)
            forget_old(timezone.now())
        except DatabaseError as error:
            log.warning("rules could not be tried, they wait: %s", type(error).__name__)
        finally:
            close_old_connections()
