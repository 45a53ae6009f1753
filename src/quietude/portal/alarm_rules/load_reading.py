"""The load of alarms as its page shows it: the indicators of a period, by zone and service, and what to tune."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import isnan
from statistics import median
from zoneinfo import ZoneInfo

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from quietude.alarms.api import Compiled, Load, Rung, Tuning, load_of, look_back, micros_at, tunings
from quietude.model.viewer import Viewer
from quietude.portal.alarm_rules.reading import rung
from quietude.portal.alarm_rules.trying import facts_of
from quietude.portal.alarms.ground import current_rules
from quietude.portal.alarms.models import Alarm, AlarmStep, World
from quietude.portal.alarms.normals import learned_over
from quietude.portal.alarms.numbers import rules_on_facts
from quietude.portal.alarms.reading import about
from quietude.portal.services.belonging import in_force
from quietude.portal.services.models import Membership
from quietude.portal.town import current_town, installation, town_day

PERIODS = {"7": _("7 days"), "30": _("30 days"), "90": _("90 days"), "365": _("12 months")}
WORST = 3
"""Rules of which changes are tried: each costs a look at all facts of the period."""
FEWEST = 10
"""Alarms below which a rule is not worth tuning."""
ENOUGH = 0.75
"""A change that leaves more than three quarters of the alarms is none."""
ADVICE_DAYS = 90
HIGH = 4
"""Severity from which an alarm is of the highest priority."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """One line of the indicators."""

    label: str
    value: float
    unit: str
    threshold: str
    is_good: bool | None
    """None where the standard sets no threshold."""

    @property
    def is_known(self) -> bool:
        """Tell whether there is a value: no time is known where nothing was taken."""
        return not isnan(self.value)


@dataclass(frozen=True, slots=True)
class Advice:
    """A change of one rule, tried on the period's facts."""

    rule: str
    share: float
    before: int
    after: int | None
    """None where no change that was tried helps."""
    tuning: Tuning | None


@dataclass(frozen=True, slots=True)
class Measured:
    """The alarms of a period that a reader may see, with their indicators."""

    alarms: tuple[Alarm, ...]
    load: Load
    since: datetime
    until: datetime


def measured(
    viewer: Viewer, until: datetime, days: int, world: World, *, zone: str = "", service: str = ""
) -> Measured:
    """Return the load of some days before a moment, of one zone or of the alarms that a service took where asked."""
    since = until - timedelta(days=days)
    alarms = [alarm for alarm in rung(viewer, since, until, world) if not zone or alarm.group == zone]
    if service:
        members = set(_members(service, until))
        alarms = [alarm for alarm in alarms if alarm.taken_by_id in members]
    found = load_of(
        [_rung(each) for each in alarms], micros_at(since), micros_at(until), installation().alarm_operators
    )
    return Measured(tuple(alarms), found, since, until)


def indicators(load: Load) -> list[Indicator]:
    """Return the indicators in words, with what ANSI/ISA-18.2-2016 and EEMUA 191 (3rd edition) ask for one operator."""
    count = max(1, load.alarms)
    high = sum(number for level, number in load.priorities.items() if level >= HIGH)
    rows: list[tuple[str, float, str, str, float | None]] = [
        (gettext("Alarms per operator and hour, on average"), load.per_hour, "", gettext("6; 12 at most"), 12),
        (
            gettext("Alarms per operator and ten minutes, on average"),
            load.per_ten_minutes,
            "",
            gettext("1; 2 at most"),
            2,
        ),
        (gettext("Most within ten minutes, per operator"), load.busiest, "", gettext("10 at most"), 10),
        (gettext("Floods: ten in ten minutes, until fewer than five"), len(load.floods), "", gettext("none"), 0),
        (gettext("Share of the time in a flood"), 100 * load.flooded, "%", gettext("below 1 %"), 1),
        (gettext("Standing at the end"), load.standing, "", "", None),
        (gettext("Stale: standing for more than 24 hours"), len(load.stale), "", gettext("below 5"), 5),
        (
            gettext("Share of the ten rules that ring most"),
            100 * load.top_share,
            "%",
            gettext("5 %, where rules are many"),
            None,
        ),
        (gettext("Chattering: three or more within a minute"), load.chattering, "", gettext("none"), 0),
        (gettext("Fleeting: over within a minute"), load.fleeting, "", gettext("none"), 0),
        (gettext("Grave ones (severity 4 and 5)"), 100 * high / count, "%", gettext("about 5 %, 20 % at most"), 20),
        (gettext("Taken within, half of them"), load.taken_p50_s / 60, gettext("min"), "", None),
        (gettext("Taken within, 95 of 100"), load.taken_p95_s / 60, gettext("min"), "", None),
    ]
    return [Indicator(label, value, unit, asked, _is_good(value, most)) for label, value, unit, asked, most in rows]


def aside(found: Measured) -> list[tuple[str, int]]:
    """Return how many alarms were set aside: by an operator, by a planned event, with their rule."""
    keys = [each.pk for each in found.alarms]
    shelved = AlarmStep.objects.filter(alarm_id__in=keys, what=AlarmStep.What.SHELVED).values("alarm").distinct()
    return [
        (gettext("Set aside by an operator"), shelved.count()),
        (gettext("Suppressed by a planned event or works"), sum(bool(each.suppressed_by) for each in found.alarms)),
        (gettext("Out of service with their rule"), sum(not each.is_in_service for each in found.alarms)),
    ]


def by_zone(found: Measured, language: str) -> list[tuple[str, str, int]]:
    """Return what alarms were about, its name and how many there were, the most first."""
    ways = {each.rule.name: each.rule.by for each in current_rules()}
    counts = Counter((alarm.group, ways.get(alarm.rule, alarm.edition.content["by"])) for alarm in found.alarms)
    rows = [(group, about(group, by, language), count) for (group, by), count in counts.most_common()]
    return [row for row in rows if row[0]]


def by_service(found: Measured, language: str) -> list[tuple[str, str, int, float]]:
    """Return each service with how many alarms its members took, and within how many seconds half of them."""
    day = town_day(found.until)
    held = Membership.objects.filter(in_force(day), is_main=True).select_related("service")
    services = {each.person_id: each.service for each in held}
    waits: dict[str, list[float]] = {}
    names: dict[str, str] = {}
    for alarm in found.alarms:
        service = services.get(alarm.taken_by_id or 0)
        if service is not None and alarm.taken_at is not None:
            names[service.code] = service.say(language)
            waits.setdefault(service.code, []).append((alarm.taken_at - alarm.raised_at).total_seconds())
    return [(code, names[code], len(some), median(some)) for code, some in sorted(waits.items())]


def by_day(found: Measured) -> list[tuple[date, int]]:
    """Return how many alarms rang on each day of the town."""
    zone = ZoneInfo(current_town().timezone)
    counts = Counter(alarm.raised_at.astimezone(zone).date() for alarm in found.alarms)
    first, last = found.since.astimezone(zone).date(), found.until.astimezone(zone).date()
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return [(day, counts[day]) for day in days]


def advice(viewer: Viewer, found: Measured) -> list[Advice]:
    """Return which rules to tune and how: each change was tried on the facts of the period that the reader may list.

    Raises:
        StoreError: they cannot be read.
    """
    rules = {each.rule.name: each for each in rules_on_facts(current_rules())}  # of levels there is nothing to count
    worst = [each for each in found.load.actors if each.alarms >= FEWEST and each.rule in rules][:WORST]
    if not worst:
        return []
    chosen = [rules[each.rule] for each in worst]
    days = town_day(found.since), town_day(found.until)
    facts = facts_of(viewer, chosen, *days, lambda _: None)

    def rings(each: Compiled) -> int:
        return len(look_back(learned_over(each, *days), facts, current_town().timezone, *days).episodes)

    said = []
    for actor, each in zip(worst, chosen, strict=True):
        before = rings(each)
        tried = [(rings(tuning.each), tuning) for tuning in tunings(each)]
        helping = [(after, tuning) for after, tuning in tried if after <= ENOUGH * before]
        after, tuning = helping[0] if helping else (None, None)  # the smallest change that helps
        said.append(Advice(actor.rule, actor.share, before, after, tuning))
    return said


def _is_good(value: float, most: float | None) -> bool | None:
    return None if most is None or isnan(value) else value <= most


def _members(service: str, moment: datetime) -> list[int]:
    held = Membership.objects.filter(in_force(town_day(moment)), service__code=service)
    return list(held.values_list("person_id", flat=True))


def _rung(alarm: Alarm) -> Rung:
    return Rung(
        rule=alarm.rule,
        group=alarm.group,
        severity=alarm.severity,
        raised=micros_at(alarm.raised_at),
        ended=micros_at(alarm.ended_at) if alarm.ended_at is not None else None,
        taken=micros_at(alarm.taken_at) if alarm.taken_at is not None else None,
    )
