"""Registers the editor of rules with Django."""

from __future__ import annotations

from django.apps import AppConfig


class AlarmRulesConfig(AppConfig):
    """The editor of the rules of alarms."""

    name = "quietude.portal.alarm_rules"
    label = "alarm_rules"
