"""The time line of a situation: facts, alarms, acts, tasks and what is planned, in one order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.utils import timezone
from django.utils.translation import gettext

from quietude.portal.situations.models import Item, LogLine, Situation
from quietude.portal.situations.reading import ShownItem
from quietude.portal.town import town_day, town_midnight
from quietude.portal.ui.facts import FactView
from quietude.portal.works.models import PlannedWorks
from quietude.portal.works.reading import works_near
from quietude.situations.api import Walk

What = LogLine.What


class Kind(StrEnum):
    """What a moment is."""

    FACT = "fact"
    ALARM = "alarm"
    ACT = "act"
    TASK = "task"
    PARTNER = "partner"
    PLANNED = "planned"


ICONS = {
    Kind.FACT: "map-pin",
    Kind.ALARM: "bell-ring",
    Kind.ACT: "user",
    Kind.TASK: "list-checks",
    Kind.PARTNER: "external-link",
    Kind.PLANNED: "alarm-clock",
}
_TASKS = frozenset({What.TASK_GIVEN, What.TASK_DONE, What.TASK_DROPPED})
_PARTNER = frozenset({What.SHARED, What.REVOKED, What.OPENED_BY_PARTNER})


WORKS_AHEAD = timedelta(days=7)
"""Works that begin later change nothing of how a situation is handled now."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened, or is planned."""

    at: datetime
    kind: Kind
    what: str
    said: str = ""
    who: str = ""
    url: str = ""
    undo: str = ""
    """Act that whoever looks may still undo."""

    @property
    def icon(self) -> str:
        """Return the picture of its kind."""
        return ICONS[self.kind]


def time_line(
    situation: Situation,
    items: Sequence[ShownItem],
    facts: Sequence[FactView],
    walk: Walk,
    language: str,
) -> list[Moment]:
    """Return all moments, the earliest first; what is planned comes last of its moment."""
    named = {(str(item.item.what), item.item.ref): item for item in items if item.is_open}
    moments = [_of_log(line, situation, language, named) for line in situation.log.select_related("by")]
    moments += [
        Moment(item.at, Kind.ALARM, gettext("rings"), said=f"{item.title} · {item.said}", url=item.url)
        for item in items
        if item.item.what == "alarm" and item.is_open and item.at is not None
    ]
    moments += [
        Moment(
            fact.occurred_from,
            Kind.FACT,
            str(fact.title),
            said=" · ".join(str(part) for part in (fact.source, fact.place or fact.zone) if part),
            url=fact.address or "",
        )
        for fact in facts
    ]
    moments += _planned(situation, walk, language)
    return sorted(moments, key=lambda moment: (moment.at, moment.kind is Kind.PLANNED))


def said_of_step(situation: Situation, ref: str, language: str) -> str:
    """Return the words of a step and of its answer, by what the log keeps of it: step, or step=answer."""
    name, _, answer = ref.partition("=")
    step = situation.edition.kind.sheet.step(name)
    if step is None:
        return ref
    chosen = next((each.text.say(language) for each in step.answers if each.key == answer), "")
    text = step.text.say(language)
    return f"{text} → {chosen}" if chosen else text


def _of_log(line: LogLine, situation: Situation, language: str, named: Mapping[tuple[str, str], ShownItem]) -> Moment:
    kind = Kind.TASK if line.what in _TASKS else Kind.PARTNER if line.what in _PARTNER else Kind.ACT
    said, url = [line.said], ""
    if line.what in {What.STEP_DONE, What.STEP_SKIPPED, What.SKIP_SEEN}:
        said = [said_of_step(situation, line.ref, language), line.said]
    elif line.what in {What.UNIT, What.MERGED, What.SPLIT}:
        said = [line.ref, line.said]
    elif line.what in {What.ATTACHED, What.DETACHED}:
        found = [named[line.said, ref] for ref in line.ref.split(", ") if (line.said, ref) in named]
        said, url = [kinds_said(line.said), ", ".join(each.title for each in found)], _one(found)
    return Moment(
        line.at, kind, str(line.get_what_display()), said=" · ".join(part for part in said if part),
        who=str(line.by) if line.by is not None else "", url=url,
    )  # fmt: skip


def kinds_said(said: str) -> str:
    """Return in the reader's language what kinds of things were attached or taken off: the log keeps their codes."""
    labels = dict(Item.What.choices)
    return ", ".join(str(labels.get(code, code)) for code in said.split(", "))


def _one(found: Sequence[ShownItem]) -> str:
    return found[0].url if len(found) == 1 else ""


def works_around(situation: Situation) -> list[Moment]:
    """Return works near the situation, from its first day to some days after its last."""
    if situation.lon_deg is None or situation.lat_deg is None or situation.is_exercise:
        return []
    ended = situation.resolved_at or timezone.now()
    days = town_day(situation.began_at), town_day(ended + WORKS_AHEAD)
    return [
        Moment(
            town_midnight(each.first_day), Kind.PLANNED, gettext("works"),
            said=" · ".join(part for part in (each.title, each.place_label, _days(each)) if part),
        )
        for each in works_near(situation.lon_deg, situation.lat_deg, *days)
    ]  # fmt: skip


def _days(works: PlannedWorks) -> str:
    return f"{works.first_day:%d/%m/%Y} – {works.last_day:%d/%m/%Y}"


def _planned(situation: Situation, walk: Walk, language: str) -> list[Moment]:
    planned = works_around(situation)
    if not situation.is_open:
        return planned
    planned += [
        Moment(task.due_at, Kind.PLANNED, gettext("due"), said=task.text, who=str(task.owner or ""))
        for task in situation.tasks.filter(done_at=None, removed_at=None).select_related("owner")
        if task.due_at is not None
    ]
    current = walk.current
    if current is not None and current.due_at is not None:
        planned.append(Moment(current.due_at, Kind.PLANNED, gettext("due"), said=current.step.text.say(language)))
    return planned
