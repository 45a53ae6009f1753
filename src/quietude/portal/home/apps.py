"""Registers the situation page with Django."""

from __future__ import annotations

from django.apps import AppConfig


class HomeConfig(AppConfig):
    """The situation page."""

    name = "quietude.portal.home"
    label = "home"
