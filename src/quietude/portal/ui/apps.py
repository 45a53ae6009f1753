"""Registers the components with Django."""

from __future__ import annotations

from django.apps import AppConfig


class UiConfig(AppConfig):
    """The components of the portal."""

    name = "quietude.portal.ui"
    label = "ui"
