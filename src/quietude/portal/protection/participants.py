"""What data protection itself keeps, and the journal of acts, in the life of data."""

from __future__ import annotations

from quietude.portal.participants import Rows
from quietude.portal.protection.journal_parts import JournalLines

PARTICIPANTS = (
    JournalLines(),
    Rows(table="protection.Hold"),
    Rows(table="protection.Disposal"),
    Rows(table="protection.PersonRequest"),
    Rows(table="protection.Breach"),
)
