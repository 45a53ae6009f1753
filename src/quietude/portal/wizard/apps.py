"""Registers the wizard with Django."""

from __future__ import annotations

from django.apps import AppConfig


class WizardConfig(AppConfig):
    """The wizard of old logbooks."""

    name = "quietude.portal.wizard"
    label = "wizard"
