"""Acts on services and memberships: each checks the right, writes, and leaves a line; or nothing is done."""

from __future__ import annotations

from datetime import date, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext

from quietude.journal.api import Kind as Line
from quietude.journal.api import operator
from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Right
from quietude.portal.journal.recording import Act, note
from quietude.portal.services.belonging import parts_of
from quietude.portal.services.models import Membership, Service


def _names_of(by: User | None) -> tuple[str, str]:
    """Return how a membership and the journal name the actor, None being the command line.

    Raises:
        PermissionDenied: the account may not manage accounts.
    """
    if by is None:
        return operator(), operator()
    if not by.holds(Right.MANAGE_USERS):
        raise PermissionDenied
    return by.username, f"user:{by.pk}"


def _note(who: str, service: Service, act: str, person: User | None = None) -> None:
    to_whom = f"user:{person.pk}" if person is not None else ""
    note(Act(kind=Line.MODIFY, who=who, to_whom=to_whom, detail={"service": service.code, "act": act}))


@transaction.atomic
def keep_service(by: User | None, service: Service) -> Service:
    """Make a service, or change its names, kind and place among the others.

    Raises:
        PermissionDenied: `by` may not manage accounts.
        ValidationError: a field is refused, or the service would be part of itself.
    """
    _, who = _names_of(by)
    is_new = service.pk is None
    if service.parent is not None and not is_new and service.parent_id in {service.pk} | parts_of(service):
        raise ValidationError({"parent": gettext("A service can't be part of itself.")})
    service.full_clean()
    service.save()
    _note(who, service, "made" if is_new else "changed")
    return service


@transaction.atomic
def close_service(by: User | None, service: Service, last_day: date) -> None:
    """Close a service after a day: from then on it has no members and offers nothing. It stays in all that was.

    Raises:
        PermissionDenied: `by` may not manage accounts.
        ValidationError: an open service is part of it, or the day lies before its opening.
    """
    _, who = _names_of(by)
    parts = Service.objects.filter(Q(closed_on=None) | Q(closed_on__gt=last_day), parent=service)
    if names := ", ".join(part.code for part in parts):
        raise ValidationError(gettext("Close first what is part of it: %(names)s.") % {"names": names})
    if last_day < service.opened_on:
        raise ValidationError(gettext("It can't close before it opened."))
    service.closed_on = last_day
    service.save(update_fields=["closed_on"])
    _note(who, service, "closed")


@transaction.atomic
def reopen_service(by: User | None, service: Service) -> None:
    """Open a service again; those who belonged to it and did not leave belong to it again.

    Raises:
        PermissionDenied: `by` may not manage accounts.
        ValidationError: what it is part of is closed.
    """
    _, who = _names_of(by)
    if service.parent is not None and service.parent.closed_on is not None:
        raise ValidationError(gettext("Reopen first what it is part of: %(name)s.") % {"name": service.parent.code})
    service.closed_on = None
    service.save(update_fields=["closed_on"])
    _note(who, service, "reopened")


@transaction.atomic
def join(by: User | None, membership: Membership) -> Membership:
    """Make a person belong to a service. The first one, and the one said to be, is the main one.

    Raises:
        PermissionDenied: `by` may not manage accounts.
        ValidationError: closed, twice, upside down, or one's own account.
    """
    membership.given_by, who = _names_of(by)
    person = User.objects.select_for_update().get(pk=membership.person_id)  # its memberships change one at a time
    if by is not None and person.pk == by.pk:
        raise ValidationError(gettext("Nobody decides their own services: ask another administrator."))
    if not person.is_active:
        raise ValidationError(gettext("This account is closed: reopen it first."))
    _check_days(membership)
    others = Membership.objects.filter(
        Q(until=None) | Q(until__gte=membership.since),
        *([] if membership.until is None else [Q(since__lte=membership.until)]),
        person=person,
    )
    if others.filter(service=membership.service).exists():
        raise ValidationError({"service": gettext("This person belongs to it already in these days.")})
    if not others.filter(is_main=True).exists():
        membership.is_main = True
    elif membership.is_main:
        others.update(is_main=False)
    membership.full_clean()
    membership.save()
    _note(who, membership.service, "joined", person)
    return membership


def _check_days(membership: Membership) -> None:
    service, since, until = membership.service, membership.since, membership.until
    if until is not None and until < since:
        raise ValidationError({"until": gettext("It ends before it begins.")})
    if since < service.opened_on:
        raise ValidationError({"since": gettext("The service was not open yet.")})
    if service.closed_on is not None and (until is None or until > service.closed_on):
        raise ValidationError({"service": gettext("This service is closed.")})


@transaction.atomic
def leave(by: User | None, membership: Membership, last_day: date) -> None:
    """End a membership after a day; one that has not begun by then is cancelled. A day that is past ends it at once.

    Raises:
        PermissionDenied: `by` may not manage accounts.
        ValidationError: it has ended already.
    """
    membership.ended_by, who = _names_of(by)
    last = max(last_day, membership.since - timedelta(days=1))
    if membership.until is not None and membership.until <= last:
        raise ValidationError(gettext("It has ended already."))
    membership.until = last
    membership.ended_at = timezone.now()
    membership.save(update_fields=["until", "ended_by", "ended_at"])
    _note(who, membership.service, "left", membership.person)


@transaction.atomic
def make_main(by: User | None, membership: Membership) -> None:
    """Make one of a person's services the main one.

    Raises:
        PermissionDenied: `by` may not manage accounts.
    """
    _, who = _names_of(by)
    User.objects.select_for_update().get(pk=membership.person_id)
    later = Q(until=None) | Q(until__gte=membership.since)
    Membership.objects.filter(later, person_id=membership.person_id, is_main=True).update(is_main=False)
    membership.is_main = True
    membership.save(update_fields=["is_main"])
    _note(who, membership.service, "main", membership.person)
