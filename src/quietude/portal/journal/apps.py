"""Registers the journal with Django."""

from __future__ import annotations

from django.apps import AppConfig


class JournalConfig(AppConfig):
    """The journal of acts."""

    name = "quietude.portal.journal"
    label = "journal"

    def ready(self) -> None:
        """Follow the accounts."""
        from quietude.portal.journal import following  # noqa: F401, PLC0415  # connects its receivers
