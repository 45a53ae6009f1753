"""Registers planned works with Django."""

from __future__ import annotations

from django.apps import AppConfig


class WorksConfig(AppConfig):
    """Planned works of the town."""

    name = "quietude.portal.works"
    label = "works"
