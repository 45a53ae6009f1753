"""Exercises: the past played as if live, in a world and by a clock of its own, and cleared afterwards."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc
from django.db import DatabaseError, connection, transaction
from django.db.models import F

from quietude.ingest.api import as_exercise, numbers_as_exercise
from quietude.portal.alarms.arrivals import arriving
from quietude.portal.alarms.keeping import retire
from quietude.portal.alarms.models import Exercise, GroupMemory, Memory, World
from quietude.portal.alarms.reels import Reel, reels_of, sources_of_numbers
from quietude.portal.problem import PortalError
from quietude.portal.town import current_store, current_town
from quietude.store.api import StoreError

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


def played_until() -> datetime | None:
    """Return when what was played last ends, by the clock of its world, until it is cleared; None without any."""
    found = Exercise.objects.filter(is_cleared=False).first()
    return found.clock(found.ended_at or _end(found)) if found is not None else None


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


def play(exercise: Exercise, say: Say, *, wait: Callable[[float], None] = time.sleep) -> int:
    """Play an exercise to its end, or until interrupted; return how many facts and values were played."""
    reels = reels_of(exercise)
    total = sum(each.rows.num_rows for each in reels)
    played = 0
    try:
        while (played < total or datetime.now(UTC) < _end(exercise)) and _goes_on(exercise):
            clock, before = exercise.clock(datetime.now(UTC)), played
            for reel in reels:
                due = reel.due(clock - exercise.later_by)
                if due.num_rows:
                    file_due(exercise, reel, due)
                    played += due.num_rows
            if played > before:
                say(f"{exercise.clock(datetime.now(UTC)):%Y-%m-%d %H:%M} {played} of {total}")
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


def file_due(exercise: Exercise, reel: Reel, due: pa.Table) -> None:
    """File what is due, source by source; noted first, so that all is cleared whatever is killed in between."""
    for source in due["source"].unique().to_pylist():
        now = datetime.now(UTC)
        own = due.filter(pc.equal(due["source"], source))
        exercise.received.append([source, now.isoformat()])
        exercise.facts += own.num_rows
        exercise.save(update_fields=["received", "facts"])
        with arriving(source, now):
            if reel.is_of_numbers:
                played = numbers_as_exercise(own, exercise.mark, by=exercise.later_by, now=now)
                current_store().append_observations(played)
                continue
            zone = current_town().sources[source].timezone or current_town().timezone
            table = as_exercise(own, exercise.mark, by=exercise.later_by, now=now, timezone=zone)
            current_store().upsert(table)


def end(exercise: Exercise, now: datetime) -> None:
    """End an exercise; its facts and alarms stay until it is cleared."""
    Exercise.objects.filter(pk=exercise.pk, ended_at=None).update(ended_at=now)


def clear(now: datetime, *, ended_before: datetime | None = None) -> int:
    """Take the facts and values of ended exercises (before a moment) out of the store; return how many went.

    The world of exercises begins afresh, unless one is under way.
    """
    gone = 0
    ended = Exercise.objects.filter(ended_at__lte=ended_before or now, is_cleared=False)
    if not ended.exists():
        return 0
    for exercise in ended:
        sources = {source for source, _received in exercise.received}
        gone += sum(current_store().forget_played(source, exercise.mark) for source in sources)
        of_numbers = sources_of_numbers(sources)
        for source, received in exercise.received:
            if source not in of_numbers:
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
