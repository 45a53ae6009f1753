"""Accounts by the command line: whoever has it on the server may do everything; errors are sentences."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError

from quietude.portal.accounts import actions
from quietude.portal.accounts.models import Language, User
from quietude.portal.accounts.roles import Role
from quietude.portal.problem import PortalError


def _said(error: ValidationError) -> str:
    if hasattr(error, "error_dict"):
        return " ".join(f"{name}: {' '.join(messages)}" for name, messages in error.message_dict.items())
    return " ".join(error.messages)


def add(username: str, role: str, *, password: str | None, email: str, full_name: str, language: str) -> str:
    """Make an account and return its password.

    Raises:
        PortalError: a field or the password is refused.
    """
    if role not in Role.values or language not in Language.values:
        raise PortalError(
            f"role {role!r}, language {language!r}: expected one of {Role.values} and one of {Language.values}"
        )
    details = actions.Details(role=Role(role), email=email, full_name=full_name)
    try:
        user, chosen = actions.create_user(None, username, details, password=password)
    except ValidationError as error:
        raise PortalError(_said(error)) from error
    User.objects.filter(pk=user.pk).update(language=language)
    return chosen


def rows() -> list[dict[str, Any]]:
    """Return every account as the fields of `quietude.portal.api.Account`."""
    return [
        {
            "username": user.username,
            "role": user.role,
            "email": user.email,
            "full_name": user.full_name,
            "is_open": user.is_active,
            "last_sign_in": user.last_login,
        }
        for user in User.objects.order_by("-is_active", "username")
    ]


def _account(username: str) -> User:
    user = User.objects.filter(username=username.strip().lower()).first()
    if user is None:
        known = ", ".join(User.objects.values_list("username", flat=True)[:10])
        raise PortalError(f"no account {username!r}; there are: {known or 'none yet'}")
    return user


def reset(username: str, *, password: str | None) -> str:
    """Give an account a new password and return it.

    Raises:
        PortalError: there is no such account, or the password is refused.
    """
    try:
        return actions.reset_password(None, _account(username), password=password)
    except ValidationError as error:
        raise PortalError(_said(error)) from error


def reset_second_factor(username: str) -> None:
    """Forget the second factors of an account.

    Raises:
        PortalError: there is no such account, or it has none.
    """
    try:
        actions.reset_second_factor(None, _account(username))
    except ValidationError as error:
        raise PortalError(_said(error)) from error
