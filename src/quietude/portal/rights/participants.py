"""Grants and openings, in the life of data."""

from __future__ import annotations

from quietude.portal.participants import Rows

PARTICIPANTS = (Rows(table="rights.Grant"), Rows(table="rights.Opening"))
