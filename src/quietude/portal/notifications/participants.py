"""Messages, and how persons are reached, in the life of data."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from quietude.portal.participants import Rows

PARTICIPANTS = (
    Rows(table="notifications.Contact", title=_("How persons are told")),
    Rows(table="notifications.QuietHours", title=_("Quiet hours")),
    Rows(table="notifications.Dispatch", title=_("Whom alarms were told to")),
    Rows(table="notifications.Message", title=_("Messages")),
)
