"""Who is on call, in the life of data."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from quietude.portal.participants import Rows

PARTICIPANTS = (
    Rows(table="rosters.Turn", title=_("Turns on call")),
    Rows(table="rosters.Replacement", title=_("Replacements on call")),
)
