"""Alarms as their readers see them: only those of whose facts each is theirs to list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from urllib.parse import urlencode

import numpy as np
from django.db.models import Q, QuerySet
from django.urls import reverse

from quietude.alarms.api import State
from quietude.model.filter.question import Filter
from quietude.model.filter.url import to_query
from quietude.model.observation import own_name
from quietude.model.viewer import Viewer
from quietude.portal.accounts.models import User
from quietude.portal.alarms.ground import commented
from quietude.portal.alarms.models import Alarm, World
from quietude.portal.alarms.suppressing import reason_of
from quietude.portal.services.api import services_of
from quietude.portal.town import current_store, current_town
from quietude.sources.api import Town

MOST = 200
"""Alarms that are looked through: who has more of them at once is flooded, and is told so."""
SHOWN_MOST = 50
"""Alarms on one page."""
PAST = timedelta(hours=24)
LINKED_MOST = 50
BY_DESIGN = frozenset({State.SUPPRESSED, State.OUT_OF_SERVICE})
NOT_NOW = BY_DESIGN | {State.SHELVED, State.NORMAL}
EVERY = Q()
IN_FORCE = Q(withdrawn_at=None, suppressed_by="", is_in_service=True)
RELATED = ("edition", "taken_by", "assignment__person", "assignment__service")


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
    given_to: str = ""
    """The person or service that it is given to."""
    aside_for: str = ""
    """Why it is suppressed or out of service."""
    needs_comment: bool = False
    """Whether its rule asks whoever takes it to say something."""

    @property
    def expected(self) -> dict[str, float] | None:
        """Return how many facts were expected, of an alarm that departs from it."""
        said = self.alarm.expected
        return dict(zip(("mean", "low", "high"), said, strict=True)) if said is not None else None

    @property
    def is_exercise(self) -> bool:
        """Tell whether its facts are of an exercise or made up."""
        return self.alarm.world == World.EXERCISE


def standing_alarms(viewer: Viewer, now: datetime, language: str, among: Q = EVERY) -> list[Shown]:
    """Return what stands: active, not taken yet, or latched; the ringing first, the gravest of them first.

    Somewhat more than a page holds, where there is more: whether each is the reader's to see costs a look at its facts.
    """
    asked = Q(is_active=True) | Q(is_acknowledged=False) | Q(latches=True, is_reset=False)
    found = Alarm.objects.filter(asked, among, IN_FORCE, is_candidate=False).select_related(*RELATED)
    found = found.order_by("is_acknowledged", "-severity", "-began_at", "pk")[:MOST]
    standing = [each for each in _each(found, now, language) if each.state not in NOT_NOW]
    standing.sort(key=_urgency)
    shown: list[Shown] = []
    for begin in range(0, len(standing), SHOWN_MOST):
        part = standing[begin : begin + SHOWN_MOST]
        mine = {alarm.key for alarm in visible(viewer, [each.alarm for each in part])}
        shown += [each for each in part if each.alarm.key in mine]
        if len(shown) > SHOWN_MOST:
            break
    return shown


def ringing(viewer: Viewer, now: datetime) -> int:
    """Return how many alarms ring for a reader."""
    found = Alarm.objects.filter(IN_FORCE, is_acknowledged=False, is_candidate=False)[:MOST]
    return len(visible(viewer, [alarm for alarm in found if alarm.standing.rings(now)]))


def alarms_aside(viewer: Viewer, now: datetime, language: str) -> list[Shown]:
    """Return what operators set aside."""
    found = Alarm.objects.filter(shelved_until__gt=now, withdrawn_at=None)
    return [each for each in _shown(viewer, found, now, language) if each.state is State.SHELVED]


def suppressed_alarms(viewer: Viewer, now: datetime, language: str) -> list[Shown]:
    """Return what does not ring by design: for planned events and works, or with its rule out of service."""
    asked = ~Q(suppressed_by="") | Q(is_in_service=False, is_active=True)
    found = Alarm.objects.filter(asked, withdrawn_at=None)
    return [each for each in _shown(viewer, found, now, language) if each.state in BY_DESIGN]


def given_to(user: User, now: datetime) -> Q:
    """Return the condition of the alarms that are a person's: taken by, given to them or to a service of theirs."""
    services = [each.pk for each in services_of(user, now)]
    return Q(taken_by=user) | Q(assignment__person=user) | Q(assignment__service__in=services)


def past_alarms(viewer: Viewer, now: datetime, language: str) -> list[Shown]:
    """Return what was over or withdrawn within a day, the newest first."""
    asked = Q(ended_at__gt=now - PAST) | Q(withdrawn_at__gt=now - PAST)
    found = Alarm.objects.filter(asked, is_candidate=False).order_by("-raised_at")
    return [each for each in _shown(viewer, found, now, language) if each.state is State.NORMAL or _is_gone(each)]


def candidates(viewer: Viewer, now: datetime, language: str) -> list[Shown]:
    """Return what would ring if more of its kind came: what stands, and what was over within a day."""
    asked = Q(is_active=True) | Q(ended_at__gt=now - PAST)
    found = Alarm.objects.filter(asked, is_candidate=True, withdrawn_at=None).order_by("-began_at", "pk")
    return _shown(viewer, found, now, language)


def one_alarm(viewer: Viewer, key: str, now: datetime, language: str) -> Shown | None:
    """Return one alarm, None where there is none that the reader may see."""
    return next(iter(_shown(viewer, Alarm.objects.filter(key=key), now, language)), None)


def some_alarms(
    viewer: Viewer, alarms: Sequence[str] | Sequence[Alarm], now: datetime, language: str
) -> dict[str, Shown]:
    """Return those of some alarms, or of the alarms of some keys, that the reader may see, by key and in their order.

    Of keys at most `MOST` are looked for.
    """
    given = [alarm for alarm in alarms if isinstance(alarm, Alarm)]
    keys = [key for key in alarms if isinstance(key, str)]
    if keys:
        given += Alarm.objects.filter(key__in=keys).select_related(*RELATED)[:MOST]
    return {shown.alarm.key: shown for shown in _each(visible(viewer, given), now, language)}


def readable(viewer: Viewer, keys: Sequence[str]) -> list[str]:
    """Return those of some alarms' keys that the reader may see."""
    return [alarm.key for alarm in visible(viewer, Alarm.objects.filter(key__in=list(keys)[:MOST]))]


def _is_gone(shown: Shown) -> bool:
    return shown.alarm.withdrawn_at is not None


def _urgency(shown: Shown) -> tuple[bool, int, float]:
    return (not shown.is_ringing, -shown.alarm.severity, -shown.alarm.began_at.timestamp())


def _given(alarm: Alarm, language: str) -> str:
    given = getattr(alarm, "assignment", None)
    if given is None:
        return ""
    return str(given.person) if given.person is not None else given.service.say(language)


def _shown(viewer: Viewer, found: QuerySet[Alarm], now: datetime, language: str) -> list[Shown]:
    chosen = found.select_related(*RELATED)[:MOST]
    return _each(visible(viewer, chosen), now, language)


def visible(viewer: Viewer, found: Iterable[Alarm]) -> list[Alarm]:
    """Return those of some alarms of whose facts each is the viewer's to list."""
    alarms = list(found)
    mine = listable(viewer, [name for alarm in alarms for name in alarm.evidence])
    return [alarm for alarm in alarms if viewer.grants and mine.issuperset(alarm.evidence)]


def listable(viewer: Viewer, names: Sequence[str]) -> frozenset[str]:
    """Return those of some facts and series, by what alarms call them, that the viewer may list."""
    facts = sorted({name for name in names if not is_series(name)})
    mine = _listed(viewer, tuple(facts), current_store().stamp()) if facts else frozenset[str]()
    if any(is_series(name) for name in names):
        mine |= _heard(viewer, current_store().stamp())
    return mine


@lru_cache(maxsize=256)  # two hundred screens ask the same of the same facts
def _listed(viewer: Viewer, names: tuple[str, ...], _stamp: str) -> frozenset[str]:
    """Return which facts the viewer may list."""
    return current_store().listable(viewer, names)


def is_series(name: str) -> bool:
    """Tell whether what an alarm rests on is a series of observations; a fact's public name has no slash."""
    return "/" in name


@lru_cache(maxsize=64)
def _heard(viewer: Viewer, _stamp: str) -> frozenset[str]:
    """Return the series that the viewer may list."""
    return frozenset(current_store().series(viewer)["series"].to_pylist())


def _each(alarms: Iterable[Alarm], now: datetime, language: str) -> list[Shown]:
    asking = commented()  # once: which rules there are is asked of the database and of their files
    named = _Names(current_town(), language)
    return [_one(alarm, now, named, asks=alarm.rule in asking) for alarm in alarms]


def _one(alarm: Alarm, now: datetime, named: _Names, *, asks: bool) -> Shown:
    content = alarm.edition.content
    standing = alarm.standing
    instruction = content.get("instruction") or {}
    facts = [name for name in alarm.evidence[:LINKED_MOST] if not is_series(name)]
    question = Filter(ids=tuple(facts))
    return Shown(
        alarm=alarm,
        state=standing.state(now),
        title=content["title"][named.tongue],
        instruction=instruction.get(named.tongue, ""),
        about=named.about(alarm.group, content["by"]),
        is_ringing=alarm.withdrawn_at is None and not alarm.is_candidate and standing.rings(now),
        given_to=_given(alarm, named.language),
        aside_for=reason_of(alarm, now) if standing.state(now) in BY_DESIGN else "",
        needs_comment=asks,
        explore_url=f"{reverse('explore:page')}?{urlencode(to_query(question), doseq=True)}" if facts else "",
    )


def about(group: str, by: str, language: str) -> str:
    """Return what an alarm of a group is about, in words: a zone, a source, the town."""
    return _Names(current_town(), language).about(group, by)


class _Names:
    """What alarms are about, in words; each group is looked for once, whatever number of alarms it has."""

    def __init__(self, town: Town, language: str) -> None:
        self.language = language
        self.tongue = "en" if language.startswith("en") else "fr"
        self._town = town
        self._known: dict[tuple[str, str], str] = {}

    def about(self, group: str, by: str) -> str:
        """Return the words for a group of a rule's kind."""
        known = self._known.get((group, by))
        if known is None:
            known = self._known[group, by] = self._said(group, by)
        return known

    def _said(self, group: str, by: str) -> str:
        town = self._town
        kind, _, level = by.partition(":")
        if kind == "zone" and level in town.territory.level_names:
            zone = town.territory.level(level).by_code.get(group)
            return zone.name if zone is not None else group
        if kind == "source":
            manifest = town.sources.get(group)
            return manifest.title.say(self.language) if manifest is not None else group
        if kind == "radius":
            return self._around(group)
        return own_name(group) or town.title.say(self.language)

    def _around(self, point: str) -> str:
        """Return the finest zone of a point as the engine names alarms of facts near each other: "lat,lon"."""
        lat, _, lon = point.partition(",")
        territory = self._town.territory
        level = territory.levels[-1]
        code = territory.assign(np.array([float(lon)]), np.array([float(lat)]))[level.name][0]
        return level.by_code[code].name if code is not None else point
