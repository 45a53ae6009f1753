"""Sources of documents as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class DocumentSourcesConfig(AppConfig):
    """What is followed of other systems' documents."""

    name = "quietude.portal.document_sources"
    label = "document_sources"
