"""What an entry's page shows of its attachments, {% attachments_of seen writes %}; what its form offers, a chooser."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context

from quietude.portal.attachments import reading
from quietude.portal.attachments.taking import FILE_BYTES_MAX
from quietude.portal.logbook.reading import Seen

register = template.Library()


@register.inclusion_tag("attachments/list.html", takes_context=True)
def attachments_of(context: Context, seen: Seen, writes: bool) -> dict[str, Any]:
    """List the attachments of an entry, and offer to add some; their words and pictures are on their own pages."""
    is_open = reading.are_open(seen)
    return {
        "request": context["request"], "csrf_token": context.get("csrf_token"), "entry": seen.entry, "is_open": is_open,
        "rows": reading.attachments_of(seen.entry) if is_open else [], "many": seen.entry.attachments.count(),
        "adds": writes and is_open and not seen.entry.is_struck, "bytes_max": FILE_BYTES_MAX,
        "megabytes_max": FILE_BYTES_MAX >> 20,
    }  # fmt: skip


@register.inclusion_tag("attachments/chooser.html")
def attachment_chooser(faults: tuple[str, ...] = ()) -> dict[str, Any]:
    """Offer to choose files that go with the entry that is being written."""
    return {
        "bytes_max": FILE_BYTES_MAX, "megabytes_max": FILE_BYTES_MAX >> 20, "faults": faults, "waits": True,
    }  # fmt: skip
