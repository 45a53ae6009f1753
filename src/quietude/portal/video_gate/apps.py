"""Registers the authorisations of algorithmic video with Django."""

from __future__ import annotations

from django.apps import AppConfig


class VideoGateConfig(AppConfig):
    """Authorisations of algorithmic video."""

    name = "quietude.portal.video_gate"
    label = "video_gate"
