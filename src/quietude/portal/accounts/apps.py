"""Registers the accounts with Django."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The accounts of the portal."""

    name = "quietude.portal.accounts"
    label = "accounts"
