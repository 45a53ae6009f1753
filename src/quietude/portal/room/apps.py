"""The situation room as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class RoomConfig(AppConfig):
    """One screen for two monitors and a wall."""

    name = "quietude.portal.room"
    label = "room"
