"""Situations as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class SituationsConfig(AppConfig):
    """Situations, from the alarm that began them to the report after them."""

    name = "quietude.portal.situations"
    label = "situations"

    def ready(self) -> None:
        """Have open screens hear of situations, too, and situations of documents that go."""
        from quietude.portal.alarms.pulse import watch_besides  # noqa: PLC0415  # models are there only now
        from quietude.portal.situations import city_documents as _  # noqa: F401, PLC0415  # listens
        from quietude.portal.situations.pulse import newest  # noqa: PLC0415  # as above

        watch_besides("situations", newest)
