"""What the engine said of alarms, written down: their episodes, and what that changes in where they stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from quietude.alarms.api import Change, Compiled, Episode, Happened, departure_in, moment_at
from quietude.portal.alarms.models import Alarm, AlarmStep, RuleEdition, World
from quietude.portal.alarms.suppressing import Aside

NEW_BATCH = 200
EVIDENCE_KEPT = 50
"""Facts that an alarm names: whoever may list each of them sees it."""
OWN = ":"
"""In the names of the portal's own rules, which are in no file: a file's name cannot hold it."""
STEPS = {
    Happened.RAISED: AlarmStep.What.RAISED,
    Happened.CLEARED: AlarmStep.What.CLEARED,
    Happened.RETURNED: AlarmStep.What.RETURNED,
    Happened.WITHDRAWN: AlarmStep.What.WITHDRAWN,
}
JUDGED = (
    "began_at", "ended_at", "facts", "evidence", "is_active", "is_acknowledged", "is_reset", "withdrawn_at",
    "merged_into", "edition", "severity", "latches", "is_in_service", "group", "is_candidate", "expected",
)  # fmt: skip
"""Columns that a judgement writes; where people set an alarm aside is theirs."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Where and when changes are kept."""

    world: World
    editions: Mapping[str, RuleEdition]
    now: datetime
    is_beginning: bool = False
    """Whether rules that are new look back: what was over before they were there calls for nobody."""
    rules: Mapping[str, Compiled] = field(default_factory=dict)
    """Those that are judged by, by name."""


def key_of(world: World, name: str) -> str:
    """Return the name of an alarm among those of both worlds."""
    return name if world is World.REAL else f"x{name}"


def keep_changes(kept: Kept, changes: Sequence[Change]) -> int:
    """Write down what became of alarms, inside the caller's transaction; return how many alarms changed."""
    named = list(dict.fromkeys(key_of(kept.world, change.alarm.id) for change in changes))
    held = Alarm.objects.filter(key__in=named).select_for_update(of=("self",))
    there = {alarm.key: _unnumbered(alarm) for alarm in held}
    aside = Aside.at(kept.now, kept.world)
    new: dict[str, Alarm] = {}
    steps: list[tuple[str, AlarmStep.What, str]] = []
    for change in changes:
        key = key_of(kept.world, change.alarm.id)
        alarm = there.get(key) or new.get(key)
        if alarm is None:
            alarm = new[key] = _raised(kept, key, change.alarm.episode)
            alarm.suppressed_by = aside.by(alarm)
        grave = alarm.severity
        _apply(kept, alarm, change)
        alarm.is_in_service = not aside.is_out(alarm)
        if change.happened in STEPS:
            steps.append((key, STEPS[change.happened], ""))
        if alarm.severity != grave and alarm.is_active and not kept.is_beginning:
            steps.append((key, _graver(alarm, grave), f"{grave} → {alarm.severity}"))
    if kept.is_beginning:
        for alarm in new.values():
            alarm.is_acknowledged = alarm.is_acknowledged or not alarm.is_active
    Alarm.objects.bulk_create(
        [*new.values(), *there.values()], update_conflicts=True, unique_fields=["key"], update_fields=JUDGED,
        batch_size=NEW_BATCH,
    )  # fmt: skip
    stepped = {key for key, _, _ in steps}
    numbers = dict(Alarm.objects.filter(key__in=stepped).values_list("key", "pk"))
    made = [AlarmStep(alarm_id=numbers[key], what=what, at=kept.now, said=said) for key, what, said in steps]
    AlarmStep.objects.bulk_create(made, batch_size=NEW_BATCH)
    return len(named)


def _unnumbered(alarm: Alarm) -> Alarm:
    """Return an alarm to be written over the row of its key: a case for each column and row costs ten times as much."""
    columns = (field.attname for field in Alarm._meta.concrete_fields if not field.primary_key)
    return Alarm(**{name: getattr(alarm, name) for name in columns})


def _graver(alarm: Alarm, before: int) -> AlarmStep.What:
    """Have an alarm that rose call again; return what became of it. One that fell calls nobody."""
    if alarm.severity < before:
        return AlarmStep.What.FELL
    alarm.stand(alarm.standing.risen())
    return AlarmStep.What.ROSE


def _expected(kept: Kept, episode: Episode) -> list[float] | None:
    """Return how many facts were expected as an episode began, where that is what it departs from."""
    each = kept.rules.get(episode.rule)
    departure = departure_in(each.rule.when) if each is not None else None
    found = each.season(episode.group).expected(episode.began, departure) if each and departure else None
    return [round(found.mean, 1), found.low, found.high] if found is not None else None


def retire(world: World, rules: Mapping[str, str], now: datetime) -> int:
    """End the alarms of rules that are no more; return how many."""
    standing = Alarm.objects.filter(world=world, is_active=True, withdrawn_at=None)
    left = list(standing.exclude(rule__in=rules).exclude(rule__contains=OWN))
    for alarm in left:
        alarm.stand(alarm.standing.serve(is_in_service=False))
        alarm.is_active, alarm.ended_at = False, now
        alarm.save(update_fields=["is_in_service", "is_active", "ended_at"])
    AlarmStep.objects.bulk_create([AlarmStep(alarm=alarm, what=AlarmStep.What.RETIRED, at=now) for alarm in left])
    return len(left)


def _raised(kept: Kept, key: str, episode: Episode) -> Alarm:
    edition = kept.editions[episode.rule]
    return Alarm(
        key=key,
        world=kept.world,
        edition=edition,
        rule=episode.rule,
        group=episode.group,
        severity=episode.severity or edition.content["severity"],
        latches=edition.content["latching"],
        began_at=moment_at(episode.began),
        raised_at=kept.now,
        facts=episode.facts,
        is_active=True,
    )


def _apply(kept: Kept, alarm: Alarm, change: Change) -> None:
    episode = change.alarm.episode
    alarm.edition = kept.editions[episode.rule]
    alarm.severity = episode.severity or alarm.edition.content["severity"]
    alarm.latches = alarm.edition.content["latching"]
    is_called = alarm.is_candidate and not episode.is_candidate
    alarm.group, alarm.is_candidate, alarm.expected = episode.group, episode.is_candidate, _expected(kept, episode)
    alarm.began_at = moment_at(episode.began)
    alarm.ended_at = moment_at(episode.ended) if episode.is_over else None
    alarm.facts, alarm.evidence = episode.facts, list(episode.evidence[:EVIDENCE_KEPT])
    if is_called:
        alarm.stand(alarm.standing.risen())
    if change.happened in {Happened.RAISED, Happened.RETURNED}:
        alarm.stand(alarm.standing.raised())
        alarm.withdrawn_at, alarm.merged_into = None, ""
    elif change.happened is Happened.CLEARED:
        alarm.stand(alarm.standing.cleared())
    elif change.happened is Happened.WITHDRAWN:
        alarm.stand(alarm.standing.cleared())
        alarm.withdrawn_at = kept.now
        alarm.merged_into = key_of(kept.world, change.into) if change.into is not None else ""
