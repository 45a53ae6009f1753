"""The Django application of the search."""

from __future__ import annotations

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """The search page; its index lies beside the facts."""

    name = "quietude.portal.search"
    label = "search"
