"""Registers services with Django."""

from __future__ import annotations

from django.apps import AppConfig


class ServicesConfig(AppConfig):
    """Services of the town."""

    name = "quietude.portal.services"
    label = "services"
