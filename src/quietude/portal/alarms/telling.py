"""Tells whom a rule names while its alarm rings: at once, later, again, until somebody takes it.

What was told already is read from the tellings themselves, each of which has a key of its own: a process that dies, or
a second one, tells nobody twice and nothing is forgotten. What still waits is recalled once it is not needed any more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse

from quietude.alarms.api import Compiled, Tell, due_calls
from quietude.portal.alarms import exercises
from quietude.portal.alarms.models import Alarm, AlarmStep, World
from quietude.portal.notifications.models import Dispatch, Message
from quietude.portal.notifications.notice import Notice, Said
from quietude.portal.notifications.tell import recall, tell
from quietude.sources.api import Label, parse_duration

BEGINS = (AlarmStep.What.RAISED, AlarmStep.What.RETURNED, AlarmStep.What.RELEASED, AlarmStep.What.UNSHELVED)
"""From which on the time of the steps counts."""
ALARM = Dispatch.Subject.ALARM


@dataclass(frozen=True, slots=True)
class Round:
    """One time that an alarm began to ring: all steps are gone through once in it."""

    name: str
    since: datetime


def tell_due(rules: Sequence[Compiled], now: datetime) -> int:
    """Tell whoever is to be told now, and recall what is not needed any more; return how many tellings were made."""
    telling = {each.rule.name: each.rule.tell for each in rules if each.rule.tell}
    found = Alarm.objects.filter(
        rule__in=telling, is_acknowledged=False, withdrawn_at=None, suppressed_by="", is_in_service=True
    )
    ringing = {alarm.key: alarm for alarm in found.select_related("edition") if alarm.standing.rings(now)}
    begun = _rounds(ringing, now)
    _recall(ringing, telling, begun)
    known: dict[str, dict[str, bool]] = defaultdict(dict)
    told = Dispatch.objects.filter(subject=ALARM, subject_key__in=ringing)
    for subject_key, key, why in told.values_list("subject_key", "key", "found_nobody"):
        known[subject_key][key] = not why
    clocks = {World.REAL: now, World.EXERCISE: exercises.clock(now)}
    return sum(
        _tell_one(alarm, telling[alarm.rule], begun[alarm.pk], known[alarm.key], (clocks[World(alarm.world)], now))
        for alarm in ringing.values()
        if alarm.pk in begun
    )


def notice_of(alarm: Alarm, said: Said) -> Notice:
    """Return what is said of an alarm outside the portal: what its rule says, where, since when, on how many facts."""
    content = alarm.edition.content
    kind, _, level = content["by"].partition(":")
    about = {"zone": f"zone:{level}:{alarm.group}", "source": f"source:{alarm.group}"}.get(kind, "")
    return Notice(
        subject=ALARM if said is not Said.ASSIGNED else Dispatch.Subject.ASSIGNMENT,
        subject_key=alarm.key,
        said=said,
        title=Label.model_validate(content["title"]),
        severity=alarm.severity,
        at=alarm.began_at,
        path=reverse("alarms:alarm", args=[alarm.key]),
        about=about,
        count=alarm.facts,
        is_exercise=alarm.world != World.REAL,
    )


def _rounds(ringing: Mapping[str, Alarm], now: datetime) -> dict[int, Round]:
    """Return since when alarms ring, by their numbers: the step that began it, or the end of the shelf after it."""
    found: dict[int, Round] = {}
    by_number = {alarm.pk: alarm for alarm in ringing.values()}
    for step in AlarmStep.objects.filter(alarm__in=by_number, what__in=BEGINS).order_by("pk"):
        off = by_number[step.alarm_id].shelved_until
        if off is not None and step.at < off <= now:
            found[step.alarm_id] = Round(f"{step.pk}s{off:%y%m%d%H%M%S}", off)
        else:
            found[step.alarm_id] = Round(str(step.pk), step.at)
    return found


def _tell_one(
    alarm: Alarm, steps: Sequence[Tell], begun: Round, known: Mapping[str, bool], clock: tuple[datetime, datetime]
) -> int:
    """Tell what is due of one alarm.

    Args:
        alarm: One that rings.
        steps: Of its rule.
        begun: What it rings since.
        known: Keys of what was told already, and whether somebody was there to be told.
        clock: The time of its world, and the real one.
    """
    told, reached = 0, dict(known)
    for _ in range(len(steps)):  # who finds nobody passes on at once, step by step
        calls = due_calls(steps, begun.since, clock[0], earlier_by=_earlier(alarm, steps, begun, reached))
        fresh = [each for each in calls if _key(alarm, begun, each.step, each.nth) not in reached]
        fresh = [each for each in fresh if _applies(alarm, steps[each.step])]
        if not fresh:
            break
        for call in fresh:
            key = _key(alarm, begun, call.step, call.nth)
            notice = notice_of(alarm, Said.AGAIN if call.nth else Said.RINGS)
            reached[key] = not tell(notice, steps[call.step].to, key=key, now=clock[1]).found_nobody
            told += 1
    return told


def _applies(alarm: Alarm, step: Tell) -> bool:
    return alarm.severity >= step.at_least and (alarm.is_active or step.until == "acknowledged")


def _earlier(alarm: Alarm, steps: Sequence[Tell], begun: Round, reached: Mapping[str, bool]) -> timedelta:
    """Return how much sooner steps are due: as long as nobody was reached, the next one is due at once."""
    for place, step in enumerate(steps):
        if not _applies(alarm, step):
            continue
        was_reached = reached.get(_key(alarm, begun, place, 0))
        if was_reached is not False:
            is_first = not any(_applies(alarm, each) for each in steps[:place])
            return timedelta(0) if is_first else parse_duration(step.after).exact
    return timedelta(0)


def _key(alarm: Alarm, begun: Round, step: int, nth: int) -> str:
    return f"{_start(alarm, begun, step)}{nth}"


def _start(alarm: Alarm, begun: Round, step: int) -> str:
    return f"alarm:{alarm.key}:{begun.name}:{step}:"


def _recall(ringing: Mapping[str, Alarm], telling: Mapping[str, Sequence[Tell]], begun: Mapping[int, Round]) -> None:
    """Recall what waits of alarms that ring no more, and of steps that end when it is over."""
    waiting = Message.objects.filter(state=Message.State.WAITING, dispatch__subject=ALARM)
    for key in set(waiting.values_list("dispatch__subject_key", flat=True)):
        alarm = ringing.get(key)
        if alarm is None or alarm.pk not in begun:
            recall(ALARM, key)
        else:
            since = begun[alarm.pk]
            steps = enumerate(telling[alarm.rule])
            recall(ALARM, key, but_for=[_start(alarm, since, n) for n, step in steps if _applies(alarm, step)])
