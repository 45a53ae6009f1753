"""The Django application of Explore."""

from __future__ import annotations

from django.apps import AppConfig


class ExploreConfig(AppConfig):
    """Explore and its saved views."""

    name = "quietude.portal.explore"
    label = "explore"
    default_auto_field = "django.db.models.BigAutoField"
