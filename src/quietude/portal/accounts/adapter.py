"""What we tell the sign-in library to do our way."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no stubs
    """No one signs up alone, and signing in and out says nothing more than the page itself."""

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        """Refuse: administrators make accounts."""
        return False

    def add_message(self, *args: object, **kwargs: object) -> None:
        """Say nothing: "you have signed in" is noise to whoever has just done so."""
