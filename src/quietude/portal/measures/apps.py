"""Series of observations as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class MeasuresConfig(AppConfig):
    """Pages of series; no table of its own."""

    name = "quietude.portal.measures"
    label = "measures"
