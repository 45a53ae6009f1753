"""What keeps a place, or one document of it, from being followed, and the remedy, in the words of the screen."""

from __future__ import annotations

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop


class Trouble(models.TextChoices):
    """What keeps a whole place from being followed. What was taken of it stays."""

    VANISHED = (
        "vanished",
        _("The whole place is gone. Nothing is deleted here. Is the share mounted, the folder or bucket renamed?"),
    )
    DENIED = "denied", _("The place refuses the account. Check its name, its secret and its rights there.")
    SILENT = "silent", _("The place gives no answer that can be used. It is asked again by itself, ever more rarely.")
    SETTING = "setting", _("A setting, a secret or a class that the manifest names is missing here.")
    SCANNER = "scanner", _("The virus scanner does not answer: documents wait. Tell whoever runs the portal.")
    HERE = "here", _("Documents cannot be kept now: disk, database or journal. Tell whoever runs the portal.")


class Fault(models.TextChoices):
    """Why one document is not taken."""

    LARGE = "large", _("Too large. Split it there, or raise max_bytes in the manifest (100 MB at most).")
    REFUSED = "refused", _("Not of a kind that is kept.")
    LOCKED = "locked", _("Written once: its new version is not taken. Add it as a document of its own.")
    OLD = "old", _("Older than the source's documents are kept.")
    GONE = "gone", _("No longer there, or it may not be read there: give the account the right to.")
    UNSETTLED = "unsettled", _("It changes while it is read: it is taken once it rests.")
    UNREADABLE = "unreadable", _("It cannot be read there now: it is tried again.")


PASSED_OVER = (
    gettext_noop("it is a link, a device, or lies too deep: it is not followed"),
    gettext_noop("it is a link, has control signs in its name, or lies too deep"),
    gettext_noop("the name is not text in UTF-8, or holds control signs: rename it"),
    gettext_noop("it is not within the folder that was asked for, or its name is not UTF-8"),
    gettext_noop("the key holds control signs: rename the object"),
    gettext_noop("the document has no content"),
    gettext_noop("the page is of another server than the sitemap"),
    gettext_noop("robots.txt asks that the page is not read"),
)
"""What connectors say of things that they pass over, for the screen; what else they say is shown as they say it."""
LASTING = frozenset({Fault.LARGE, Fault.REFUSED, Fault.LOCKED, Fault.OLD})
"""Faults of the document itself: it is tried again once it changes there, and not before."""


def said_of(kind: type[Trouble | Fault], value: str) -> str | Promise:
    """Return what is said of a fault; "" of none."""
    return kind(value).label if value in kind.values else ""
