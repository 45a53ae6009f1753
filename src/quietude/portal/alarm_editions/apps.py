"""Registers the editions of rules with Django."""

from __future__ import annotations

from django.apps import AppConfig


class AlarmEditionsConfig(AppConfig):
    """Editions of the rules of alarms."""

    name = "quietude.portal.alarm_editions"
    label = "alarm_editions"
