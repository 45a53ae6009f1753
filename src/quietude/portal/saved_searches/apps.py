"""The Django application of saved searches."""

from __future__ import annotations

from django.apps import AppConfig


class SavedSearchesConfig(AppConfig):
    """Saved searches and what rang for their owners."""

    name = "quietude.portal.saved_searches"
    label = "saved_searches"
