"""The search page, and the same answer as data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from quietude.model.filter.errors import FilterError
from quietude.model.filter.url import from_query
from quietude.portal.accounts.access import Right, requires, user_of
from quietude.portal.documents.scope import reader_in
from quietude.portal.explore.reading import reader_of, sees_places
from quietude.portal.explore.views.page import failure_of, said_of
from quietude.portal.parameters import key_of
from quietude.portal.rights.standing import viewer_of
from quietude.portal.search.alike import alike
from quietude.portal.search.answering import Answer, Papers, Way, answer_to
from quietude.portal.search.nearness import KEY, PlaceError, carried, place_of
from quietude.portal.search.scoping import OWN, scope_of
from quietude.portal.search.suggesting import offers_for
from quietude.portal.town import current_store
from quietude.portal.ui.context import entries_of
from quietude.search.api import Piece
from quietude.store.api import StoreError

CACHE_CONTROL = "private, no-store"
"""Excerpts are facts: they stay in no cache."""


SUGGESTED_MAX = 2_000  # characters: what is longer is pasted, not typed
OWN_KEYS = frozenset({"q", "page", "what", *OWN, KEY})
"""Of the address; all others are the filter's."""


def _answer(request: HttpRequest) -> Answer:
    parameters: dict[str, Sequence[str]] = dict(request.GET.lists())
    beside = from_query({key: values for key, values in parameters.items() if key not in OWN_KEYS})
    page, place = key_of(request.GET.get("page", "")) or 1, place_of(request.GET.get(KEY, ""))
    scope = scope_of(request.GET, reader_in(request) if user_of(request).holds(Right.SEE_DOCUMENTS) else None)
    text, now = request.GET.get("q", ""), timezone.now()
    return carried(answer_to(text, beside, reader_of(request), scope, page=page, now=now, place=place), place)


@require_GET
@requires(Right.EXPLORE)
def page(request: HttpRequest) -> HttpResponseBase:
    """Show what is found, within the reader's rights."""
    context: dict[str, Any] = {"text": request.GET.get("q", ""), "sees_places": sees_places(reader_of(request))}
    status = 200
    try:
        context["answer"] = _answer(request)
        context |= _nearness(request)
    except PlaceError as error:
        context |= {"problem": {"message": str(error), "remedy": ""}, "answer": None}
        status = 400
    except FilterError as error:
        context["problem"], status = said_of(error), 400
        context["answer"] = None
    except StoreError as error:
        context["failure"], status = failure_of(error), 503
    response = render(request, "search/page.html", context, status=status)
    response.headers["Cache-Control"] = CACHE_CONTROL
    return response


@require_GET
@requires(Right.READ_FACT)
def like(request: HttpRequest, event_id: str) -> HttpResponseBase:
    """Lead to a search for facts like one: by its telling words, by its category where it has none."""
    viewer = viewer_of(request)
    versions = current_store().event(viewer, event_id)
    if not versions:
        raise Http404
    words, category = alike(versions[0], viewer), versions[0].category
    asked = {"q": words} if words else {"category": category} if category else {"source": versions[0].source}
    return redirect(f"{reverse('search:page')}?{urlencode(asked)}")


@require_GET
@requires(Right.EXPLORE, answers="data")
def answer(request: HttpRequest) -> HttpResponseBase:
    """Return what is found, within the reader's rights."""
    try:
        found = _answer(request)
    except FilterError as error:
        told = said_of(error)
        return JsonResponse({"error": f"{told['message']} {told['remedy']}"}, status=400)
    except PlaceError as error:
        return JsonResponse({"error": str(error)}, status=400)
    except StoreError as error:
        return JsonResponse({"error": failure_of(error)}, status=503)
    response = JsonResponse(
        {
            "count": found.count,
            "whole": found.is_whole,
            "page": found.page,
            "facts": [
                {
                    "id": row.view.id,
                    "title": row.view.title,
                    "occurred_from": row.view.occurred_from.isoformat(),
                    "excerpt": _pieces(row.pieces),
                    "marks": {part: _pieces(pieces) for part, pieces in row.marks.items()},
                    "distance_m": round(row.distance_m) if row.distance_m is not None else None,
                }
                for row in found.rows
            ],
            "documents": _papers(found.papers) if found.papers is not None else None,
            "kinds": [_way(way) for way, _ in found.tabs],
            "facets": [{"title": str(title), "values": list(map(_way, ways))} for title, ways in found.facets],
            "notes": found.notes,
            "without": list(map(_way, found.ways)),
            "meant": _way(found.meant) if found.meant is not None else None,
        }
    )
    response.headers["Cache-Control"] = CACHE_CONTROL
    return response


@require_GET
@requires(Right.EXPLORE, answers="data")
def suggestions(request: HttpRequest) -> HttpResponseBase:
    """Return what may complete the text in the search box, within the reader's rights; kept by nobody."""
    text = request.GET.get("q", "")[:SUGGESTED_MAX]
    found = offers_for(text, viewer_of(request), entries_of(request, user_of(request)))
    response = JsonResponse(
        {
            "suggestions": [
                {
                    "text": one.text,
                    "label": one.label,
                    "kind": one.kind,
                    "icon": one.icon,
                    "address": one.address,
                    "open": one.is_open,
                }
                for one in found.offers
            ],
            "whole": found.is_whole,
        }
    )
    response.headers["Cache-Control"] = CACHE_CONTROL
    return response


def _nearness(request: HttpRequest) -> dict[str, Any]:
    """Return the place that the address says, and the address without it."""
    place = place_of(request.GET.get(KEY, ""))
    if place is None:
        return {"place": None}
    left = request.GET.copy()
    left.pop(KEY, None)
    left.pop("page", None)
    return {"place": f"{place[1]:.4f}, {place[0]:.4f}", "without_place": f"{request.path}?{left.urlencode()}"}


def _pieces(pieces: Sequence[Piece]) -> list[dict[str, Any]]:
    return [{"text": piece.text, "hit": piece.is_hit} for piece in pieces]


def _papers(found: Papers) -> dict[str, Any]:
    return {
        "count": found.count,
        "rows": [
            {
                "key": row.key,
                "title": "".join(piece.text for piece in row.title),
                "class": row.kind_title,
                "day": row.day.isoformat(),
                "page": row.page,
                "address": row.address,
                "excerpt": _pieces(row.pieces),
            }
            for row in found.rows
        ],
        "facets": [{"title": str(title), "values": list(map(_way, ways))} for title, ways in found.facets],
    }


def _way(way: Way) -> dict[str, Any]:
    return {"label": way.label, "address": way.address, "count": way.count}
