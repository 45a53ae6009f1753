"""The application's name for Django."""

from django.apps import AppConfig


class FactsConfig(AppConfig):
    """The `facts` application."""

    name = "quietude.portal.facts"
    label = "facts"
