"""What we tell the sign-in library to do our way."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

_NOT_RIGHT = _("The user name or the password is not right.")


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no stubs
    """No one signs up alone; every failure to sign in reads the same, so that nobody learns which accounts exist."""

    error_messages = {  # noqa: RUF012  # the library's own way to change its words
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _NOT_RIGHT,
        "email_password_mismatch": _NOT_RIGHT,
        "username_password_mismatch": _NOT_RIGHT,
        "invalid_login": _NOT_RIGHT,
        "incorrect_password": _("The current password is not right."),
        "enter_current_password": _("The current password is not right."),
        "too_many_login_attempts": _("Too many attempts. Wait five minutes, then try again."),
    }

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        """Refuse: administrators make accounts."""
        return False

    def add_message(self, *args: object, **kwargs: object) -> None:
        """Say nothing: "you have signed in" is noise to whoever has just done so."""
