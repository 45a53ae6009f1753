"""The application's name for Django."""

from __future__ import annotations

from django.apps import AppConfig


class OidcConfig(AppConfig):
    """The `oidc` application."""

    name = "quietude.portal.oidc"
    label = "oidc"
