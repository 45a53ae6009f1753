"""Opening a situation: by hand, or from alarms that ring."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext

from quietude.alarms.api import ActError
from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Right
from quietude.portal.alarms import acts as alarm_acts
from quietude.portal.alarms.models import Alarm, World
from quietude.portal.logbook.acts import zones_at
from quietude.portal.logbook.content import Place
from quietude.portal.situations.changing import Acting, What
from quietude.portal.situations.kinds import current_kinds, edition_of
from quietude.portal.situations.models import Item, Situation
from quietude.portal.situations.telling import tell_opened
from quietude.portal.town import current_town, town_day
from quietude.situations.api import SituationKind
from quietude.sources.api import parse_duration

NOWHERE = Place(label="")
AT_ONCE = 5  # who open at the same moment, each of whom may take the number that another was given


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What is known of a situation when it is opened."""

    kind: str
    title: str = ""
    """The kind's own where it is empty."""
    priority: int | None = None
    """The kind's own where it is not said."""
    place: Place = NOWHERE
    began_at: datetime | None = None
    alarms: Sequence[str] = ()
    """Keys of alarms that are its first items; only those that the reader may see."""
    is_exercise: bool = False


def open_situation(by: User, said: Opening, now: datetime, *, language: str) -> Situation:
    """Open a situation, and take the alarms that it is about.

    Raises:
        PermissionDenied: `by` does not handle situations.
        ValidationError: there is no such kind, or alarms of an exercise are mixed with real ones.
    """
    for _ in range(AT_ONCE):
        with suppress(IntegrityError):  # another one took the number meanwhile
            return _opened(by, said, now, language=language)
    return _opened(by, said, now, language=language)


@transaction.atomic
def _opened(by: User, said: Opening, now: datetime, *, language: str) -> Situation:
    if not by.holds(Right.HANDLE_SITUATIONS):
        raise PermissionDenied
    kind = current_kinds().get(said.kind)
    if kind is None:
        raise ValidationError({"kind": gettext("Choose what kind of situation it is.")})
    alarms = list(Alarm.objects.select_for_update(of=("self",)).filter(key__in=list(said.alarms)).order_by("began_at"))
    worlds = {alarm.world for alarm in alarms}
    if len(worlds) > 1:
        raise ValidationError(gettext("Some of these alarms are of an exercise, others are real: open one for each."))
    world = next(iter(worlds), World.EXERCISE if said.is_exercise else World.REAL)
    year, number = _number(now)
    place = _place(said.place, alarms)
    situation = Situation.objects.create(
        key=f"{year}-{number:04}", year=year, number=number, world=world, edition=edition_of(said.kind, kind, now),
        kind=said.kind, title=" ".join(said.title.split())[:120] or kind.title.say(language),
        priority=said.priority or max([kind.priority, *(alarm.severity for alarm in alarms)]),
        place_label=place.label, lon_deg=place.lon_deg, lat_deg=place.lat_deg,
        zones=_zones(place, alarms), began_at=min([said.began_at or now, *(alarm.began_at for alarm in alarms)]),
        opened_at=now, opened_by=by, keep_until=kept_until(kind, now),
    )  # fmt: skip
    acting = Acting(by, now)
    for alarm in alarms:
        Item.objects.create(situation=situation, what=Item.What.ALARM, ref=alarm.key, at=now, by=by)
    acting.line(situation, What.OPENED, said=situation.title, ref=",".join(alarm.key for alarm in alarms)[:120])
    take_alarms(by, alarms, now, situation)
    tell_opened(situation, now)
    return situation


def kept_until(kind: SituationKind, since: datetime) -> datetime:
    """Return the town's midnight at which the term of a situation ends that is counted from a moment."""
    zone = ZoneInfo(current_town().timezone)
    last = parse_duration(kind.retention).after(since.astimezone(zone).date())
    return datetime(last.year, last.month, last.day, tzinfo=zone)


def take_alarms(by: User, alarms: Sequence[Alarm], now: datetime, situation: Situation) -> None:
    """Take the alarms of a situation that nobody took: whoever handles it looks after them."""
    untaken = [alarm.key for alarm in alarms if not alarm.is_acknowledged and alarm.withdrawn_at is None]
    if untaken and by.holds(Right.TAKE_ALARMS):
        said = gettext("Situation %(key)s") % {"key": situation.key}
        try:
            alarm_acts.acknowledge(by, untaken, now, said=said)
        except ActError:  # over meanwhile: nothing to take
            return


def _number(now: datetime) -> tuple[int, int]:
    """Return the year and the next number in it. Who is second of two at once is refused by the database."""
    year = town_day(now).year
    found = Situation.objects.filter(year=year).aggregate(last=Max("number"))["last"] or 0
    return year, found + 1


def _place(said: Place, alarms: Sequence[Alarm]) -> Place:
    """Return where it is: as it was said, else where an alarm of facts near each other is: its group is a point."""
    if said.label or said.lon_deg is not None:
        return said
    for alarm in alarms:
        if str(alarm.edition.content["by"]).startswith("radius:"):
            lat_deg, _, lon_deg = alarm.group.partition(",")
            return Place(label="", lon_deg=float(lon_deg), lat_deg=float(lat_deg))
    return said


def _zones(place: Place, alarms: Sequence[Alarm]) -> dict[str, str]:
    names = current_town().territory.level_names
    codes = zones_at(place.lon_deg, place.lat_deg)
    zones = {level: code for level, code in zip(names, codes, strict=True) if code}
    if zones:
        return zones
    for alarm in alarms:
        kind, _, level = str(alarm.edition.content["by"]).partition(":")
        if kind == "zone" and level in names:
            zones.setdefault(level, alarm.group)
    return zones
