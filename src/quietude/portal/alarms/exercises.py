"""Exercises: past facts played as if live, in a world of their own with a clock of its own, and cleared afterwards."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
from django.db import DatabaseError, connection, transaction
from django.db.models import F

from quietude.ingest.api import as_exercise
from quietude.model.event import Reality
from quietude.model.filter.question import Choice, Filter
from quietude.model.viewer import Viewer
from quietude.portal.alarms.arrivals import arriving
from quietude.portal.alarms.keeping import retire
from quietude.portal.alarms.models import Exercise, GroupMemory, Memory, World
from quietude.portal.problem import PortalError
from quietude.portal.town import current_store, current_town
from quietude.store.api import StoreError

VIEWER = Viewer.system("replay")
STEP_S = 0.5
log = logging.getLogger(__name__)
KEPT = timedelta(days=7)
"""How long the facts of an exercise stay when nobody clears them."""
FORGOTTEN_AFTER = timedelta(minutes=5)
"""An exercise whose player was killed ends so long after its last fact should have been played."""
Say = Callable[[str], None]


def running(now: datetime) -> Exercise | None:
    """Return the exercise under way."""
    found = Exercise.objects.filter(ended_at=None).first()
    if found is None or now > found.began_at + (found.until - found.since) / found.speed + FORGOTTEN_AFTER:
        return None
    return found


def clock(now: datetime) -> datetime:
    """Return the time of the world of exercises: that of the exercise under way, or the real one."""
    found = running(now)
    return found.clock(now) if found is not None else now


@transaction.atomic
def begin(sources: Sequence[str], since: datetime, until: datetime, *, speed: float, now: datetime) -> Exercise:
    """Begin an exercise on what happened of some sources from one moment to another.

    The world of exercises begins afresh: alarms of an earlier one end.

    Raises:
        PortalError: there is no such source, the period or the speed makes no sense, or one is under way.
    """
    unknown = sorted(set(sources) - current_town().sources.keys())
    if unknown or not sources:
        raise PortalError(f"{current_town().name} has no source {', '.join(unknown) or 'of no name'}")
    if until <= since or speed <= 0:
        raise PortalError(
            f"expected a period that ends after it begins and a speed above 0: {since}, {until}, {speed:g}"
        )
    under_way = running(now)
    if under_way is not None:
        raise PortalError(
            f"the exercise {under_way.mark} is under way since {under_way.began_at:%H:%M}; end it with --clear"
        )
    Exercise.objects.filter(ended_at=None).update(ended_at=now)
    Memory.objects.get_or_create(world=World.EXERCISE)
    _afresh(now)
    mark = f"exercise-{now.astimezone(UTC):%Y%m%dT%H%M%S}"
    return Exercise.objects.create(
        mark=mark, sources=sorted(sources), since=since.astimezone(UTC), until=until.astimezone(UTC), speed=speed,
        began_at=now,
    )  # fmt: skip


def facts_of(exercise: Exercise) -> pa.Table:
    """Return the facts that it plays, in their order; those of an earlier exercise are none."""
    question = Filter(
        since=exercise.since,
        until=exercise.until,
        sources=Choice(any_of=tuple(exercise.sources)),
        realities=Choice(none_of=(Reality.EXERCISE.value,)),
    )
    return current_store().query(VIEWER, question, order_by=("occurred_from",))


def play(exercise: Exercise, say: Say, *, wait: Callable[[float], None] = time.sleep) -> int:
    """Play an exercise to its end, or until interrupted; return how many facts were played."""
    facts = facts_of(exercise)
    times = pl.Series("at", facts["occurred_from"]) + exercise.later_by
    played = 0
    try:
        while (played < facts.num_rows or datetime.now(UTC) < _end(exercise)) and _goes_on(exercise):
            due = int((times <= exercise.clock(datetime.now(UTC))).sum())
            if due > played:
                _file(exercise, facts.slice(played, due - played))
                played = due
                say(f"{exercise.clock(datetime.now(UTC)):%Y-%m-%d %H:%M} {played} of {facts.num_rows} facts")
            wait(STEP_S)
    finally:
        end(exercise, datetime.now(UTC))
    return played


def play_meanwhile(sources: Sequence[str], since: datetime, until: datetime, *, speed: float) -> None:
    """Clear what earlier exercises left, then play one in a thread of its own."""

    def run() -> None:
        try:
            end_all(datetime.now(UTC))
            clear(datetime.now(UTC))
            play(begin(sources, since, until, speed=speed, now=datetime.now(UTC)), log.info)
        except (PortalError, StoreError, DatabaseError, OSError) as error:
            log.error("the exercise could not be played: %s", error)
        finally:
            connection.close()

    threading.Thread(target=run, name="exercise", daemon=True).start()


def _goes_on(exercise: Exercise) -> bool:
    """Tell whether nobody ended an exercise from elsewhere."""
    return Exercise.objects.filter(pk=exercise.pk, ended_at=None).exists()


def end_all(now: datetime) -> None:
    """End what is under way, whoever plays it; whoever was killed playing cannot do so."""
    Exercise.objects.filter(ended_at=None).update(ended_at=now)


def _end(exercise: Exercise) -> datetime:
    return exercise.began_at + (exercise.until - exercise.since) / exercise.speed


def _file(exercise: Exercise, facts: pa.Table) -> None:
    """File facts that are due, source by source; noted first, so that all are cleared whatever is killed in between."""
    for source in facts["source"].unique().to_pylist():
        now = datetime.now(UTC)
        own = facts.filter(pc.equal(facts["source"], source))
        zone = current_town().sources[source].timezone or current_town().timezone
        table = as_exercise(own, exercise.mark, by=exercise.later_by, now=now, timezone=zone)
        exercise.received.append([source, now.isoformat()])
        exercise.facts += own.num_rows
        exercise.save(update_fields=["received", "facts"])
        with arriving(source, now):
            current_store().upsert(table)


def end(exercise: Exercise, now: datetime) -> None:
    """End an exercise; its facts and alarms stay until it is cleared."""
    Exercise.objects.filter(pk=exercise.pk, ended_at=None).update(ended_at=now)


def clear(now: datetime, *, ended_before: datetime | None = None) -> int:
    """Take the facts of ended exercises (before a moment) out of the store; return how many facts went.

    The world of exercises begins afresh, unless one is under way.
    """
    gone = 0
    ended = Exercise.objects.filter(ended_at__lte=ended_before or now, is_cleared=False)
    if not ended.exists():
        return 0
    for exercise in ended:
        for source, received in exercise.received:
            gone += current_store().take_back(source, datetime.fromisoformat(received)).gone
        Exercise.objects.filter(pk=exercise.pk).update(is_cleared=True)
    if running(now) is None:
        _afresh(now)
    return gone


@transaction.atomic
def _afresh(now: datetime) -> None:
    """Have the world of exercises begin afresh: its alarms end, its engine remembers nothing."""
    retire(World.EXERCISE, {}, now)
    GroupMemory.objects.filter(world=World.EXERCISE).delete()
    Memory.objects.filter(world=World.EXERCISE).update(
        revision=F("revision") + 1, changes=F("changes") + 1, head="", rules={}
    )
