"""Duty rosters as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class RostersConfig(AppConfig):
    """Who is on call."""

    name = "quietude.portal.rosters"
    label = "rosters"
