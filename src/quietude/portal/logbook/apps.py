"""The central main courante as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class LogbookConfig(AppConfig):
    """Entries, versions, follow-ups."""

    name = "quietude.portal.logbook"
    label = "logbook"
