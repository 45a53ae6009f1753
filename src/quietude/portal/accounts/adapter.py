"""What we tell the sign-in library to do our way."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _

from quietude.portal.accounts import throttling
from quietude.portal.accounts.models import User

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

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the attempt.

        Raises:
            ValidationError: there were too many; even the right password waits.
        """
        login = str(credentials.get("email") or credentials.get("username") or "").strip().lower()
        taken = throttling.attempt(request, login, self.get_client_ip(request))
        if taken is None:
            raise self.validation_error("too_many_login_attempts")
        self._taken = taken

    def _rollback_login_failed_rl_usage(self) -> None:
        """Take back what an attempt that succeeded had counted; earlier failures stay counted."""
        for used in getattr(self, "_taken", []):
            used.rollback()

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponseBase:
        """Send to the page that was asked for, and know this browser from now on."""
        response: HttpResponseBase = super().post_login(request, user, **kwargs)
        throttling.remember(request, response, user)
        return response

    def add_message(self, *args: object, **kwargs: object) -> None:
        """Say nothing: "you have signed in" is noise to whoever has just done so."""
