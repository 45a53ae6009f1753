"""Drafts of sources in the life of data; a draft's files go with its row."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from quietude.portal.participants import Rows

PARTICIPANTS = (Rows(table="wizard.Draft", title=_("Drafts of new sources")),)
