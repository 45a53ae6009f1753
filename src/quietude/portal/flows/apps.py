"""Flows as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class FlowsConfig(AppConfig):
    """The inbox of records that come by themselves."""

    name = "quietude.portal.flows"
    label = "flows"
