"""Links that carry a question: every number of the portal leads to the facts behind it."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse

from quietude.model.filter.question import Filter
from quietude.model.filter.url import to_query


def explore_address(question: Filter) -> str | None:
    """Return the address of Explore with a question, None where the portal has no Explore."""
    try:
        page = reverse("explore:page")
    except NoReverseMatch:
        return None
    said = urlencode(to_query(question), doseq=True)
    return f"{page}?{said}" if said else page
