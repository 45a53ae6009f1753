"""Attachments of entries as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class AttachmentsConfig(AppConfig):
    """Photographs and PDF of entries."""

    name = "quietude.portal.attachments"
    label = "attachments"
