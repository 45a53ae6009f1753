"""Registers links with Django."""

from __future__ import annotations

from django.apps import AppConfig


class LinksConfig(AppConfig):
    """Links between entries, and what people decided of proposals."""

    name = "quietude.portal.links"
    label = "links"
