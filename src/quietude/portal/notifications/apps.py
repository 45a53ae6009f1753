"""Messages to persons outside the portal, as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """Channels, messages, and how each person is told."""

    name = "quietude.portal.notifications"
    label = "notifications"
