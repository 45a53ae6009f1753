"""Shifts in the life of data: who was on duty, what was told, what was signed."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from quietude.portal.participants import Rows

PARTICIPANTS = (
    Rows(table="shifts.Shift", title=_("Shifts"), needs_visa=True),
    Rows(table="shifts.Attendance"),
    Rows(table="shifts.Crew"),
    Rows(table="shifts.CrewMember"),
    Rows(table="shifts.Instruction", title=_("Instructions")),
    Rows(table="shifts.Acknowledgement"),
    Rows(table="shifts.Report", title=_("Reports"), needs_visa=True),
    Rows(table="shifts.Subscription"),
)
