"""Registers the journal with Django."""

from __future__ import annotations

from django.apps import AppConfig


class JournalConfig(AppConfig):
    """The journal of acts."""

    name = "quietude.portal.journal"
    label = "journal"
