"""Registers the accounts with Django."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The accounts of the portal."""

    name = "quietude.portal.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Listen to what the sign-in library does."""
        from quietude.portal.accounts import second_factor  # noqa: PLC0415  # models exist from here on

        second_factor.connect()
