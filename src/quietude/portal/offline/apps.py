"""Registers the work without network with Django."""

from __future__ import annotations

from django.apps import AppConfig


class OfflineConfig(AppConfig):
    """The installed portal, and what a device keeps of it."""

    name = "quietude.portal.offline"
    label = "offline"
