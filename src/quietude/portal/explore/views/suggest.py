"""Suggestions of the filter bar while somebody types."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from quietude.model.filter.suggest import Kind, suggest
from quietude.portal.accounts.access import Right, requires
from quietude.portal.explore.freshness import CACHE_CONTROL
from quietude.portal.explore.reading import language_of
from quietude.portal.parameters import key_of
from quietude.portal.town import current_town, current_vocabulary

ICONS = {
    Kind.KEY: "list-filter",
    Kind.CATEGORY: "tag",
    Kind.ZONE: "map-pin",
    Kind.SOURCE: "database",
    Kind.VALUE: "check",
    Kind.DATE: "calendar-days",
}
OPEN_ENDS = (":", "=", "<", ">")
"""A suggestion that ends so is the beginning of a condition: more is to be typed."""
TEXT_MAX = 2000  # characters; longer texts are pasted, not typed


@require_GET
@requires(Right.EXPLORE, answers="data")
def suggestions(request: HttpRequest) -> HttpResponseBase:
    """Return ways to complete what is typed, likeliest first; searching the words themselves comes last."""
    text = request.GET.get("q", "")[:TEXT_MAX]
    at = request.GET.get("at", "")
    asked = key_of(at)
    cursor = len(text) if asked is None else min(asked, len(text))
    town, language = current_town(), language_of()
    found = suggest(
        text,
        cursor,
        territory=town.territory,
        vocabulary=current_vocabulary(),
        language=language,
        sources=tuple(town.sources),
    )
    offered = [
        {
            "text": text[: one.start] + one.text + text[one.end :],
            "label": one.label,
            "kind": one.detail,
            "icon": ICONS[one.kind],
            "open": one.text.endswith(OPEN_ENDS),
        }
        for one in found
    ]
    words = text.strip().strip('"')
    if words and ":" not in words:
        quoted = '"' + words.replace("\\", "\\\\").replace('"', '\\"') + '"'
        label = _("“%(words)s” in the text") % {"words": words}
        offered.append({"text": quoted, "label": label, "kind": _("words"), "icon": "search", "open": False})
    response = JsonResponse({"suggestions": offered})
    response.headers["Cache-Control"] = CACHE_CONTROL
    return response
