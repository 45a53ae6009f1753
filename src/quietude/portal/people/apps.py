"""Registers the pages of people with Django."""

from __future__ import annotations

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """The list of accounts, and tables of them."""

    name = "quietude.portal.people"
    label = "people"
