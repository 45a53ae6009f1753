"""Registers the journal's pages with Django."""

from __future__ import annotations

from django.apps import AppConfig


class AuditingConfig(AppConfig):
    """Pages of the journal."""

    name = "quietude.portal.auditing"
    label = "auditing"
