"""Who belongs to which service at a moment. Days are the town's: a last day holds until its midnight there."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Q, QuerySet

from quietude.portal.accounts.models import User
from quietude.portal.services.models import Membership, Service
from quietude.portal.town import town_day


def in_force(day: date) -> Q:
    """Return the condition of memberships that hold on a day, their service being open."""
    return (
        Q(since__lte=day)
        & (Q(until=None) | Q(until__gte=day))
        & Q(service__opened_on__lte=day)
        & (Q(service__closed_on=None) | Q(service__closed_on__gte=day))
    )


def open_services(at: datetime) -> QuerySet[Service]:
    """Return the services that are open at a moment (aware), by code."""
    day = town_day(at)
    return Service.objects.filter(Q(closed_on=None) | Q(closed_on__gte=day), opened_on__lte=day)


def services_of(user: User, at: datetime) -> tuple[Service, ...]:
    """Return the services that a person belongs to at a moment (aware): the main one first, then as they were joined.

    A closed account belongs to none: use `memberships_of` for what was.
    """
    return tuple(membership.service for membership in memberships_of(user, at)) if user.is_active else ()


def main_service_of(user: User, at: datetime) -> Service | None:
    """Return the main service of a person at a moment (aware): the one said to be, or the one joined first."""
    return next(iter(services_of(user, at)), None)


def memberships_of(user: User, at: datetime) -> QuerySet[Membership]:
    """Return the memberships of a person that hold at a moment (aware), the main one first."""
    return Membership.objects.filter(in_force(town_day(at)), person=user).select_related("service")


def belongs(user: User, service: Service, at: datetime, *, within: bool = False) -> bool:
    """Tell whether a person belongs to a service at a moment (aware); `within`: or to one that is part of it."""
    return members_of(service, at, within=within).filter(pk=user.pk).exists()


def members_of(service: Service, at: datetime, *, within: bool = False, closed_too: bool = False) -> QuerySet[User]:
    """Return the persons who belong to a service at a moment (aware), each once, by user name.

    Args:
        service: Closed at that moment, it has no members.
        at: Aware.
        within: Also those of the services that are part of it, at any depth.
        closed_too: Also accounts that are closed now, for what is told of the past.
    """
    keys = {service.pk} | (parts_of(service) if within else set())
    held = Membership.objects.filter(in_force(town_day(at)), service_id__in=keys).values("person")
    found = User.objects.filter(pk__in=held)
    return found if closed_too else found.filter(is_active=True)


def parts_of(service: Service) -> set[int]:
    """Return the keys of the services that are part of one, at any depth; itself left out."""
    children: dict[int | None, set[int]] = {}
    for key, parent in Service.objects.values_list("pk", "parent"):
        children.setdefault(parent, set()).add(key)
    found: set[int] = set()
    waiting = set(children.get(service.pk, ()))
    while waiting:
        found |= waiting
        waiting = {below for key in waiting for below in children.get(key, ())} - found
    return found


def names_by_person(people: Iterable[User], at: datetime, language: str) -> dict[int, list[str]]:
    """Return the names of each person's services at a moment, the main one first: one question for a whole list."""
    held = Membership.objects.filter(in_force(town_day(at)), person__in=list(people)).select_related("service")
    names: dict[int, list[str]] = {}
    for membership in held:
        names.setdefault(membership.person_id, []).append(membership.service.say(language))
    return names
