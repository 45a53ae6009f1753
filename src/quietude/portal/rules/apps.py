"""The application's name for Django."""

from django.apps import AppConfig


class RulesConfig(AppConfig):
    """The `rules` application."""

    name = "quietude.portal.rules"
    label = "rules"
