"""The application's name for Django."""

from django.apps import AppConfig


class ProtectionConfig(AppConfig):
    """The `protection` application."""

    name = "quietude.portal.protection"
    label = "protection"
