"""Who is reached: what a rule names becomes persons, or a channel that several read; quiet hours are kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Role
from quietude.portal.notifications.models import Channel, Contact, QuietHours
from quietude.portal.notifications.providers import MAIL
from quietude.portal.rosters.models import Roster
from quietude.portal.rosters.reading import people_on_call, rosters_for, town_zone
from quietude.portal.services.api import Service, members_of

NOBODY, UNKNOWN, UNREACHABLE, EXERCISE = "nobody", "unknown", "unreachable", "exercise"
PERSON = "person:"


@dataclass(frozen=True, slots=True)
class Way:
    """One message to be made: by which channel, to whom, from when on."""

    channel: Channel
    person: User | None
    not_before: datetime
    is_held: bool = False


@dataclass(frozen=True, slots=True)
class Reached:
    """The messages to be made, or why there are none."""

    ways: tuple[Way, ...] = ()
    why: str = ""


def person(user: User) -> str:
    """Return how one person is named as a recipient."""
    return f"{PERSON}{user.pk}"


def reach(to: str, severity: int, zones: frozenset[str], at: datetime, *, is_exercise: bool = False) -> Reached:
    """Return how somebody is told of something now.

    Args:
        to: "roster:<code>", "service:<code>", "role:<role>", "channel:<code>" or "person:<pk>".
        severity: 1 to 5.
        zones: "level:code" each: which rosters of a service are for it.
        at: Aware.
        is_exercise: Only channels that allow exercises count.
    """
    kind, _, code = to.partition(":")
    if kind == "channel":
        return _by_channel(code, at, is_exercise=is_exercise)
    found = _people(kind, code, severity, zones, at)
    if found is None:
        return Reached(why=UNKNOWN)
    if not found.people:
        return Reached(why=NOBODY)
    reached = _first(found.people, severity, at, is_exercise) if found.is_in_turn else ()
    if not found.is_in_turn:
        reached = tuple(way for each in found.people for way in _ways(each, severity, at, is_exercise))
    if reached:
        return Reached(reached)
    return Reached(why=EXERCISE if is_exercise else UNREACHABLE)


@dataclass(frozen=True, slots=True)
class _Found:
    people: Sequence[User]
    is_in_turn: bool
    """Whether the first who can be told is told, and the others stand by."""


def _people(kind: str, code: str, severity: int, zones: frozenset[str], at: datetime) -> _Found | None:
    if kind == "roster":
        roster = Roster.objects.filter(code=code, is_open=True).first()
        return _Found(people_on_call(roster, at), is_in_turn=True) if roster is not None else None
    if kind == "service":
        service = Service.objects.filter(code=code).first()
        return _of_service(service, severity, zones, at) if service is not None else None
    if kind == "role":
        known = code in Role.values
        return _Found(list(User.objects.filter(role=code, is_active=True)), is_in_turn=False) if known else None
    if kind == "person":
        return _Found(list(User.objects.filter(pk=code, is_active=True)), is_in_turn=False)
    return None


def _of_service(service: Service, severity: int, zones: frozenset[str], at: datetime) -> _Found:
    """Return who is on call by the service's rosters, or else all of its members."""
    for roster in rosters_for(service, severity, zones):
        people = people_on_call(roster, at)
        if people:
            return _Found(people, is_in_turn=True)
    return _Found(list(members_of(service, at, within=True)), is_in_turn=False)


def _by_channel(code: str, at: datetime, *, is_exercise: bool) -> Reached:
    channel = Channel.objects.filter(code=code, is_open=True, is_personal=False).first()
    if channel is None:
        return Reached(why=UNKNOWN)
    if is_exercise and not channel.allows_exercises:
        return Reached(why=EXERCISE)
    return Reached((Way(channel, None, at),))


def _first(people: Iterable[User], severity: int, at: datetime, is_exercise: bool) -> tuple[Way, ...]:
    """Return the ways to the first who is told now; where all are asleep and pass on, the first is told later."""
    later: tuple[Way, ...] = ()
    for each in people:
        ways = _ways(each, severity, at, is_exercise)
        quiet = QuietHours.objects.filter(person=each).first()
        passes_on = quiet is not None and quiet.meanwhile == QuietHours.Meanwhile.NEXT and any(w.is_held for w in ways)
        if ways and not passes_on:
            return ways
        later = later or ways
    return later


def _ways(user: User, severity: int, at: datetime, is_exercise: bool) -> tuple[Way, ...]:
    """Return how one person is told: by each contact for this severity, or by the account's e-mail address."""
    own = Contact.objects.filter(person=user, at_least__lte=severity, channel__is_open=True).select_related("channel")
    channels = [each.channel for each in own if each.sealed or user.email]
    if not channels and user.email and not Contact.objects.filter(person=user).exists():
        mail = Channel.objects.filter(is_open=True, is_personal=True, scheme__in=MAIL).first()
        channels = [mail] if mail is not None else []
    quiet = QuietHours.objects.filter(person=user).first()
    until = quiet_until(quiet, at) if quiet is not None and severity < quiet.below else None
    return tuple(
        Way(channel, user, until or at, is_held=until is not None)
        for channel in channels
        if channel.allows_exercises or not is_exercise
    )


def quiet_until(quiet: QuietHours, at: datetime) -> datetime | None:
    """Return when the quiet hours end that a moment (aware) lies in, by the town's clock; None outside of them."""
    zone = town_zone()
    local = at.astimezone(zone)
    for back in (1, 0):
        day = local.date() - timedelta(days=back)
        ends_on = day if quiet.ends > quiet.begins else day + timedelta(days=1)
        begin = datetime.combine(day, quiet.begins, tzinfo=zone).astimezone(UTC)
        end = datetime.combine(ends_on, quiet.ends, tzinfo=zone).astimezone(UTC)
        if begin <= at.astimezone(UTC) < end:
            return end
    return None
