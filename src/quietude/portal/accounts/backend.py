"""How a sign-in is checked against the accounts."""

from __future__ import annotations

from allauth.account.auth_backends import AuthenticationBackend

from quietude.portal.accounts.models import User


class Backend(AuthenticationBackend):  # type: ignore[misc]  # allauth has no stubs
    """User name or e-mail, and password; a closed account reads as a wrong password, even with the right one."""

    @classmethod
    def _stash_user(cls, user: User | None) -> None:  # the library's signature
        """Keep nothing aside: the library would send a closed account to a page that says so."""
