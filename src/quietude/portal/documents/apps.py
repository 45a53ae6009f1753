"""Documents as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """The document system of the city."""

    name = "quietude.portal.documents"
    label = "documents"
