"""Who belongs to which service, in the life of data."""

from __future__ import annotations

from quietude.portal.participants import Rows

PARTICIPANTS = (Rows(table="services.Membership"),)
