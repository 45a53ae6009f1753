"""The living page of components, for developers."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from quietude.model.event import Reality
from quietude.portal.accounts.access import Right, requires
from quietude.portal.town import current_vocabulary
from quietude.portal.ui.assets import assets
from quietude.portal.ui.samples import sample_bars, sample_fact, sample_form, sample_marks

COLOURS = {
    "Neutrals": ("page", "surface", "raised", "sunken", "hover", "border", "border-strong", "text-soft", "text"),
    "Accent": ("accent-soft", "accent", "accent-strong", "focus"),
    "States": ("good-soft", "good", "warn-soft", "warn", "bad-soft", "bad", "note-soft", "note"),
    "Severity": tuple(f"severity-{level}" for level in range(1, 6)),
    "Categories": (*(f"category-{place}" for place in range(8)), "category-other"),
    "Sequence": tuple(f"seq-{step}" for step in range(1, 7)),
    "Around zero": ("below-2", "below-1", "zero", "above-1", "above-2"),
    "Map": ("map-sea", "map-land", "map-street", "map-line", "map-label"),
}
"""Tokens of colour by group, as the page shows them. Code names: not translated."""


@requires(Right.SEE_COMPONENTS)
def components(request: HttpRequest) -> HttpResponse:
    """Show every component in every state."""
    language = get_language() or "fr"
    shown = {
        "colours": COLOURS,
        "sizes": (12, 14, 16, 20, 26, 34),
        "severities": range(1, 6),
        "statuses": ("open", "under_way", "closed", "unknown"),
        "realities": ("fictional", "exercise"),
        "families": current_vocabulary().families,
        "facts": [sample_fact(language, severity=severity) for severity in (5, 4, 3, 2, 1)],
        "made_up": sample_fact(language, reality=Reality.FICTIONAL, severity=3),
        "form": sample_form(),
        "marks": sample_marks(),
        "bars": sample_bars(),
        "page": Paginator(range(200), 50).get_page(request.GET.get("page")),
        "icons": sorted(assets().icons),
    }
    return render(request, "ui/components.html", shown)
