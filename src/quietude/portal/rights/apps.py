"""Registers purposes and grants with Django."""

from __future__ import annotations

from django.apps import AppConfig


class RightsConfig(AppConfig):
    """Purposes and grants."""

    name = "quietude.portal.rights"
    label = "rights"

    def ready(self) -> None:
        """Follow the accounts."""
        from quietude.portal.rights import following  # noqa: F401, PLC0415  # connects its receivers
