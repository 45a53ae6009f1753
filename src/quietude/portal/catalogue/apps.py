"""The application's name for Django."""

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    """The `catalogue` application."""

    name = "quietude.portal.catalogue"
    label = "catalogue"
