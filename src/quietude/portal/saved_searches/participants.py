"""Saved searches, in the life of data."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from quietude.portal.participants import Rows

PARTICIPANTS = (
    Rows(table="saved_searches.SavedSearch", title=_("Saved searches")),
    Rows(table="saved_searches.Ring", title=_("What rang for saved searches")),
    Rows(table="saved_searches.Digest", title=_("E-mails of saved searches")),
)
