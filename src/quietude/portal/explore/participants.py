"""Saved views, in the life of data."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from quietude.portal.participants import Rows, RowsShelf
from quietude.sources.api import parse_duration

DELETED_VIEWS_AFTER = parse_duration("P1D")
"""How long a deleted view can be brought back (`explore.saving`)."""
_VIEWS = Rows(table="explore.SavedView")

PARTICIPANTS = (
    Rows(
        table="explore.SavedView",
        title=_("Saved views"),
        more=lambda timezone: (RowsShelf(_VIEWS, "removed_at", DELETED_VIEWS_AFTER, timezone, "deleted views"),),
    ),
)
