"""Alarms in the life of data: they go after their term, with what was said of them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from quietude.portal.participants import Rows

PARTICIPANTS = (
    Rows(table="alarms.Alarm", title=_("Alarms")),
    Rows(table="alarms.AlarmStep", title=_("What became of alarms")),
    Rows(table="alarms.Assignment", title=_("To whom alarms are given")),
    Rows(table="alarms.Suppression", title=_("Alarms suppressed by design")),
    Rows(table="alarms.RuleOutage", title=_("Rules out of service")),
)
