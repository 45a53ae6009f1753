"""Alarms as their readers see them: only those of whose facts each is theirs to list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.urls import reverse

from quietude.alarms.api import State
from quietude.model.filter.question import Filter
from quietude.model.filter.url import to_query
from quietude.model.viewer import Viewer
from quietude.portal.alarms.models import Alarm, AlarmStep, World
from quietude.portal.town import current_store, current_town

MOST = 200
"""Alarms that are looked through: who has more of them at once is flooded, and is told so."""
SHOWN_MOST = 50
"""Alarms on one page."""
PAST = timedelta(hours=24)
LINKED_MOST = 50
ASIDE = frozenset({State.SHELVED, State.SUPPRESSED, State.OUT_OF_SERVICE})
NOT_NOW = ASIDE | {State.NORMAL}


@dataclass(frozen=True, slots=True)
class Shown:
    """One alarm, in the reader's language."""

    alarm: Alarm
    state: State
    title: str
    instruction: str
    about: str
    """The zone, source or town that it is about."""
    is_ringing: bool
    explore_url: str
    last: AlarmStep | None = None

    @property
    def is_exercise(self) -> bool:
        """Tell whether its facts are of an exercise or made up."""
        return self.alarm.world == World.EXERCISE


def standing_alarms(viewer: Viewer, now: datetime, language: str) -> list[Shown]:
    """Return what stands: active, not taken yet, or latched; the ringing first, the gravest of them first.

    Somewhat more than a page holds, where there is more: whether each is the reader's to see costs a look at its facts.
    """
    asked = Q(is_active=True) | Q(is_acknowledged=False) | Q(latches=True, is_reset=False)
    found = Alarm.objects.filter(asked, withdrawn_at=None).select_related("edition", "taken_by")
    found = found.order_by("is_acknowledged", "-severity", "-began_at", "pk")[:MOST]
    standing = [each for each in (_one(alarm, now, language) for alarm in found) if each.state not in NOT_NOW]
    standing.sort(key=_urgency)
    shown: list[Shown] = []
    for begin in range(0, len(standing), SHOWN_MOST):
        part = standing[begin : begin + SHOWN_MOST]
        mine = {alarm.key for alarm in _visible(viewer, [each.alarm for each in part])}
        shown += [each for each in part if each.alarm.key in mine]
        if len(shown) > SHOWN_MOST:
            break
    return shown


def ringing(viewer: Viewer, now: datetime) -> int:
    """Return how many alarms ring for a reader."""
    found = Alarm.objects.filter(is_acknowledged=False, withdrawn_at=None)[:MOST]
    return len(_visible(viewer, [alarm for alarm in found if alarm.standing.rings(now)]))


def alarms_aside(viewer: Viewer, now: datetime, language: str) -> list[Shown]:
    """Return what is set aside."""
    found = Alarm.objects.filter(
        Q(shelved_until__gt=now) | ~Q(suppressed_by="") | Q(is_in_service=False, is_active=True), withdrawn_at=None
    )
    return [each for each in _shown(viewer, found, now, language) if each.state in ASIDE]


def past_alarms(viewer: Viewer, now: datetime, language: str) -> list[Shown]:
    """Return what was over or withdrawn within a day, the newest first."""
    found = Alarm.objects.filter(Q(ended_at__gt=now - PAST) | Q(withdrawn_at__gt=now - PAST)).order_by("-raised_at")
    return [each for each in _shown(viewer, found, now, language) if each.state is State.NORMAL or _is_gone(each)]


def one_alarm(viewer: Viewer, key: str, now: datetime, language: str) -> Shown | None:
    """Return one alarm, None where there is none that the reader may see."""
    return next(iter(_shown(viewer, Alarm.objects.filter(key=key), now, language)), None)


def readable(viewer: Viewer, keys: Sequence[str]) -> list[str]:
    """Return those of some alarms' keys that the reader may see."""
    return [alarm.key for alarm in _visible(viewer, Alarm.objects.filter(key__in=list(keys)[:MOST]))]


def _is_gone(shown: Shown) -> bool:
    return shown.alarm.withdrawn_at is not None


def _urgency(shown: Shown) -> tuple[bool, int, float]:
    return (not shown.is_ringing, -shown.alarm.severity, -shown.alarm.began_at.timestamp())


def _shown(viewer: Viewer, found: QuerySet[Alarm], now: datetime, language: str) -> list[Shown]:
    chosen = found.select_related("edition", "taken_by")[:MOST]
    return [_one(alarm, now, language) for alarm in _visible(viewer, chosen)]


def _visible(viewer: Viewer, found: Iterable[Alarm]) -> list[Alarm]:
    alarms = list(found)
    named = sorted({name for alarm in alarms for name in alarm.evidence})
    listed = _listed(viewer, tuple(named), current_store().stamp()) if named else frozenset()
    return [alarm for alarm in alarms if viewer.grants and listed.issuperset(alarm.evidence)]


@lru_cache(maxsize=256)  # two hundred screens ask the same of the same facts
def _listed(viewer: Viewer, names: tuple[str, ...], _stamp: str) -> frozenset[str]:
    """Return which facts the viewer may list."""
    return current_store().listable(viewer, names)


def _one(alarm: Alarm, now: datetime, language: str) -> Shown:
    content = alarm.edition.content
    standing = alarm.standing
    instruction = content.get("instruction") or {}
    question = Filter(ids=tuple(alarm.evidence[:LINKED_MOST]))
    return Shown(
        alarm=alarm,
        state=standing.state(now),
        title=content["title"]["en" if language.startswith("en") else "fr"],
        instruction=instruction.get("en" if language.startswith("en") else "fr", ""),
        about=_about(alarm, content["by"], language),
        is_ringing=alarm.withdrawn_at is None and standing.rings(now),
        explore_url=f"{reverse('explore:page')}?{urlencode(to_query(question), doseq=True)}" if alarm.evidence else "",
    )


def _about(alarm: Alarm, by: str, language: str) -> str:
    town = current_town()
    kind, _, level = by.partition(":")
    if kind == "zone" and level in town.territory.level_names:
        zone = town.territory.level(level).by_code.get(alarm.group)
        return zone.name if zone is not None else alarm.group
    if kind == "source":
        manifest = town.sources.get(alarm.group)
        return manifest.title.say(language) if manifest is not None else alarm.group
    return alarm.group or town.title.say(language)
