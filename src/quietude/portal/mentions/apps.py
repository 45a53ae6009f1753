"""Registers mentions with Django."""

from __future__ import annotations

from django.apps import AppConfig


class MentionsConfig(AppConfig):
    """What documents say."""

    name = "quietude.portal.mentions"
    label = "mentions"
