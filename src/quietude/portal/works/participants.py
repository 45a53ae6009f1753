"""Planned works in the life of data: they go with their order."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from quietude.portal.participants import Rows

PARTICIPANTS = (Rows(table="works.PlannedWorks", title=_("Planned works")),)
