"""What a table of accounts asks for is done: all of it, or nothing."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext

from quietude.portal.accounts import actions as accounts
from quietude.portal.accounts.models import User
from quietude.portal.accounts.passwords import MadeUp
from quietude.portal.people.tables import Change, Plan
from quietude.portal.rights import actions as rights
from quietude.portal.rights.tables import Fault
from quietude.portal.services import actions as services
from quietude.portal.services.api import Membership, memberships_of
from quietude.portal.town import town_day


class _UndoneError(Exception):
    """Ends a transaction whose work is not to be kept."""


def apply(by: User | None, plan: Plan, now: datetime) -> dict[str, str]:
    """Do what a plan asks for; return the first passwords of the accounts made, by user name. They are kept nowhere.

    Where anything is refused nothing is done, and the plan gets its faults.

    Raises:
        PermissionDenied: `by` may not manage accounts or grants.
    """
    made = {change.username: MadeUp.new() for change in plan.changes if change.account is None}
    return {name: each.password for name, each in made.items()} if _run(by, plan, now, made) else {}


def rehearse(by: User | None, plan: Plan, now: datetime) -> None:
    """Do to the accounts there are what a plan asks for, undo it, and add to the plan the faults that only this finds.

    Raises:
        PermissionDenied: `by` may not manage accounts or grants.
    """
    _run(by, plan, now, None)


def _run(by: User | None, plan: Plan, now: datetime, made: dict[str, MadeUp] | None) -> bool:
    if plan.faults:
        return False
    try:
        with transaction.atomic():
            for change in plan.changes:
                if made is not None or change.account is not None:
                    _do(by, change, now, (made or {}).get(change.username), plan.faults)
            if made is None or plan.faults:
                raise _UndoneError
    except _UndoneError:
        return False
    return True


def _do(by: User | None, change: Change, now: datetime, made: MadeUp | None, faults: list[Fault]) -> None:
    try:
        with transaction.atomic():
            user = _account(by, change, made)
            _services(by, user, change, now, town_day(now))
            if change.grant is not None:
                change.grant.holder = user
                rights.give(by, change.grant)
    except ValidationError as error:
        faults.append(Fault(change.line, "", change.username, " ".join(error.messages)))


def _account(by: User | None, change: Change, made: MadeUp | None) -> User:
    if change.account is None:
        user, _password = accounts.create_user(by, change.username, change.details, made=made)
        return user
    user = User.objects.select_for_update().get(pk=change.account.pk)
    if not user.is_active:
        raise ValidationError(gettext("This account is closed: reopen it first, or leave the line out."))
    accounts.change_user(by, user, change.details)
    return user


def _services(by: User | None, user: User, change: Change, now: datetime, today: date) -> None:
    if change.services is None:
        return
    wanted = {service.pk: service for service in change.services}
    held = {each.service_id: each for each in memberships_of(user, now)}
    for key in held.keys() - wanted.keys():
        services.leave(by, held[key], today - timedelta(days=1))
    for key, service in wanted.items():
        if key not in held:
            held[key] = services.join(by, Membership(person=user, service=service, since=today))
    main = Membership.objects.get(pk=held[change.services[0].pk].pk)
    if not main.is_main:
        services.make_main(by, main)
