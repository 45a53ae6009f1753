"""What is done to accounts: each verb checks the right, writes, and leaves a line in the journal."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext

from quietude.journal.api import operator
from quietude.portal.accounts import second_factor, sessions, tokens
from quietude.portal.accounts.models import AccountAct, User
from quietude.portal.accounts.passwords import MadeUp, made_up
from quietude.portal.accounts.roles import Right, Role
from quietude.portal.accounts.signals import account_made, role_changed


@dataclass(frozen=True, slots=True)
class Details:
    """What an administrator may set of an account."""

    role: Role
    email: str = ""
    full_name: str = ""


def _name_of(by: User | None) -> str:
    """Return how the journal names the actor, None being the command line.

    Raises:
        PermissionDenied: the account may not manage accounts.
    """
    if by is None:
        return operator()
    if not by.holds(Right.MANAGE_USERS):
        raise PermissionDenied
    return by.username


@transaction.atomic
def create_user(
    by: User | None, username: str, details: Details, *, password: str | None = None, made: MadeUp | None = None
) -> tuple[User, str]:
    """Return a new account and its password: the one given, or one made up that must be changed at first sign-in.

    `made` is one that was made up before: many hashes take long, and are not for inside a transaction.

    Raises:
        PermissionDenied: `by` may not manage accounts.
        ValidationError: a field or the password is refused.
    """
    actor = _name_of(by)
    chosen = password if password is not None else made.password if made is not None else made_up()
    user = User(
        username=username.strip().lower(),
        email=details.email.strip().lower(),
        full_name=details.full_name.strip(),
        role=details.role,
        must_change_password=password is None,
    )
    if made is not None and password is None:
        user.password = made.hashed
    else:
        validate_password(chosen, user)
        user.set_password(chosen)
    user.full_clean()
    user.save()
    AccountAct.objects.create(by=actor, account=user, what=AccountAct.What.CREATED, detail=f"role={user.role}")
    account_made.send(User, by=by, user=user)
    return user, chosen


@transaction.atomic
def change_user(by: User | None, user: User, details: Details) -> None:
    """Set an account's role and particulars; under another role its sessions end.

    Raises:
        PermissionDenied: `by` may not manage accounts.
        ValidationError: a field is refused, or the last administrator would lose the role.
    """
    actor = _name_of(by)
    if details.role != Role.ADMINISTRATOR:
        _keep_an_administrator(user)
    wanted = {
        "role": str(details.role),
        "email": details.email.strip().lower(),
        "full_name": details.full_name.strip(),
    }
    changed = [name for name, value in wanted.items() if getattr(user, name) != value]
    before = user.role
    for name, value in wanted.items():
        setattr(user, name, value)
    user.full_clean()
    user.save(update_fields=list(wanted))
    if "role" in changed:
        sessions.end_all(user)
    if changed:
        said = [f"role={before}>{user.role}" if name == "role" else name for name in changed]
        AccountAct.objects.create(by=actor, account=user, what=AccountAct.What.CHANGED, detail=",".join(said))
    if before != user.role:
        role_changed.send(User, by=by, user=user, before=before)


@transaction.atomic
def close_user(by: User | None, user: User) -> None:
    """Close an account: its sessions end, its access tokens are revoked.

    Raises:
        PermissionDenied: `by` may not manage accounts.
        ValidationError: it is the last administrator's.
    """
    actor = _name_of(by)
    _keep_an_administrator(user)
    user.is_active = False
    user.save(update_fields=["is_active"])
    sessions.end_all(user)
    tokens.revoke_all(actor, user)
    AccountAct.objects.create(by=actor, account=user, what=AccountAct.What.CLOSED)


@transaction.atomic
def reopen_user(by: User | None, user: User) -> None:
    """Open an account again, as it was.

    Raises:
        PermissionDenied: `by` may not manage accounts.
    """
    actor = _name_of(by)
    user.is_active = True
    user.save(update_fields=["is_active"])
    AccountAct.objects.create(by=actor, account=user, what=AccountAct.What.REOPENED)


@transaction.atomic
def reset_password(by: User | None, user: User, *, password: str | None = None) -> str:
    """Give an account a new password and return it; one made up must be changed at the next sign-in.

    Its sessions end and its access tokens are revoked: whoever knew the old password may have made them.

    Raises:
        PermissionDenied: `by` may not manage accounts.
        ValidationError: the password is refused.
    """
    actor = _name_of(by)
    chosen = password if password is not None else made_up()
    validate_password(chosen, user)
    user.set_password(chosen)
    user.must_change_password = password is None
    user.save(update_fields=["password", "must_change_password"])
    sessions.end_all(user)
    tokens.revoke_all(actor, user)
    AccountAct.objects.create(by=actor, account=user, what=AccountAct.What.PASSWORD_RESET)
    return chosen


@transaction.atomic
def reset_second_factor(by: User | None, user: User) -> None:
    """Forget an account's second factors, for a person who has lost them all. Its sessions end.

    Raises:
        PermissionDenied: `by` may not manage accounts.
        ValidationError: there is none.
    """
    actor = _name_of(by)
    if not second_factor.forget(user):
        raise ValidationError(gettext("This account has no second factor."))
    sessions.end_all(user)
    AccountAct.objects.create(by=actor, account=user, what=AccountAct.What.FACTOR_RESET)


@transaction.atomic
def end_sessions(by: User | None, user: User) -> None:
    """End every session of an account.

    Raises:
        PermissionDenied: `by` may not manage accounts.
    """
    actor = _name_of(by)
    sessions.end_all(user)
    AccountAct.objects.create(by=actor, account=user, what=AccountAct.What.SESSIONS_ENDED)


def _keep_an_administrator(user: User) -> None:
    # Locked, so that two administrators who close each other's accounts at the same moment take turns.
    there_are = User.objects.select_for_update().filter(role=Role.ADMINISTRATOR, is_active=True).order_by("pk")
    others = {other.pk for other in there_are} - {user.pk}
    if user.role == Role.ADMINISTRATOR and user.is_active and not others:
        raise ValidationError(gettext("This is the last administrator: make another one first."))
