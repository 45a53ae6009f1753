"""Alarms as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class AlarmsConfig(AppConfig):
    """Alarms, and the acts of those who take them."""

    name = "quietude.portal.alarms"
    label = "alarms"
