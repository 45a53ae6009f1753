"""Who wrote and reviewed editions of rules, in the life of data."""

from __future__ import annotations

from quietude.portal.participants import Rows

PARTICIPANTS = (Rows(table="alarm_editions.Edition"),)
