"""What other pages show of links: {% also_told uid %} and {% beside_form logbook %}."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context
from django.utils.translation import get_language

from quietude.model.identity import event_uid
from quietude.portal.accounts.access import Right, user_of
from quietude.portal.links.nearby import Draft, nearby
from quietude.portal.links.reading import Told, group_of
from quietude.portal.links.reading import also_told as found_with
from quietude.portal.links.views import viewer_in
from quietude.portal.logbook.models import Entry
from quietude.portal.logbook.reading import Seen

register = template.Library()


@register.filter
def source_title(told: Told) -> str:
    """Return the name of a fact's logbook or source."""
    return told.source_title((get_language() or "fr")[:2])


@register.inclusion_tag("links/also_told.html", takes_context=True)
def also_told(context: Context, uid: str) -> dict[str, Any]:
    """Show who else tells of a fact, as far as the reader may see it."""
    request = context["request"]
    viewer = viewer_in(request)
    return {
        "request": request, "csrf_token": context.get("csrf_token"), "uid": uid, "also": found_with(viewer, uid),
        "near": [], "links": user_of(request).holds(Right.WRITE_LOGBOOK), "back": request.get_full_path(),
    }  # fmt: skip


@register.inclusion_tag("links/also_told.html", takes_context=True)
def also_told_of_entry(context: Context, seen: Seen) -> dict[str, Any]:
    """Show who else tells of an entry's fact, and what is near that could."""
    entry: Entry = seen.entry
    uid = event_uid(entry.logbook, entry.label)
    shown = also_told(context, uid)
    if shown["links"] and not entry.is_struck and seen.lon_deg is not None and seen.lat_deg is not None:
        draft = Draft(
            logbook=entry.logbook, occurred_at=entry.occurred_at, lon_deg=seen.lon_deg, lat_deg=seen.lat_deg,
            category=entry.category, place_label=seen.place_label,
            text=seen.content.text if seen.content is not None else "",
        )  # fmt: skip
        joined = group_of(uid)
        shown["near"] = [each for each in nearby(viewer_in(context["request"]), draft) if each.told.uid not in joined]
    return shown
