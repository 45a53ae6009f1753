"""Situations in the life of data: each goes after its kind's term, with all that was said of it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from quietude.portal.participants import Rows

PARTICIPANTS = (
    Rows(table="situations.KindEdition", title=_("Editions of reflex sheets")),
    Rows(table="situations.Situation", title=_("Situations")),
    Rows(table="situations.Item", title=_("What belongs to situations")),
    Rows(table="situations.SheetAct", title=_("Steps of situations")),
    Rows(table="situations.Task", title=_("Tasks of situations")),
    Rows(table="situations.Unit", title=_("Units and their last position")),
    Rows(table="situations.Sketch", title=_("Drawings of situations")),
    Rows(table="situations.Share", title=_("Links of situations")),
    Rows(table="situations.LogLine", title=_("Logs of situations")),
)
