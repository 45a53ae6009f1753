"""Shifts as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class ShiftsConfig(AppConfig):
    """Shifts, crews, instructions, reports, the daily bulletin."""

    name = "quietude.portal.shifts"
    label = "shifts"

    def ready(self) -> None:
        """Tell the logbooks which entries are those of one's shift."""
        from quietude.portal.logbook import own_shift  # noqa: PLC0415  # models are there by now
        from quietude.portal.shifts.duty import last_shift_entries  # noqa: PLC0415  # as above

        own_shift.tell(last_shift_entries)
