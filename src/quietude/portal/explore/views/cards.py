"""Cards in the map's popups: one fact, or the facts that share a spot."""

from __future__ import annotations

import re
from dataclasses import replace

import h3.api.basic_str as cells
import pyarrow as pa
import shapely
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from quietude.model.filter.question import POLYGON_CORNERS, Box, Filter
from quietude.portal.accounts.access import Right, requires
from quietude.portal.explore.answers import Reader
from quietude.portal.explore.reading import language_of, reader_of, sees_places
from quietude.portal.explore.views.map import box_of, question_of
from quietude.portal.ui.facts import columns_needed, fact_views

HERE_ROWS = 12  # what fits in a popup; the button below leads to the rest


@require_GET
@requires(Right.EXPLORE, answers="data")
def card(request: HttpRequest, event_id: str) -> HttpResponseBase:
    """Return the card of one fact."""
    reader = reader_of(request)
    try:
        table = rows_of(reader, Filter(ids=(event_id,)))
    except ValueError as error:
        raise Http404 from error
    facts = fact_views(table, language_of())
    if not facts:
        raise Http404
    return render(request, "explore/card.html", {"fact": facts[0]})


@require_GET
@requires(Right.EXPLORE, answers="data")
def here(request: HttpRequest) -> HttpResponseBase:
    """Return how many of the selection's facts lie in a part of the map or in one hexagon, and the newest of them."""
    reader = reader_of(request)
    question = question_of(request, reader)
    if isinstance(question, HttpResponse):
        return question
    spot = spot_of(request)
    if spot is None or not sees_places(reader):
        raise Http404
    inside = within(question, spot)
    count = reader.store.count(reader.viewer, inside)["count"].to_pylist()
    facts = fact_views(rows_of(reader, inside), language_of())
    context = {"facts": facts, "count": count[0] if count else 0, "change": change_of(spot)}
    return render(request, "explore/here.html", context)


CELL = re.compile(r"[0-9a-f]{15,16}")
"""How H3 writes a cell; its library fails on numbers beyond 64 bits."""
Spot = Box | tuple[tuple[float, float], ...]


def spot_of(request: HttpRequest) -> Spot | None:
    """Return the box or the hexagon that the address says."""
    cell = request.GET.get("cell", "")
    if cell:
        is_cell = CELL.fullmatch(cell) is not None and cells.is_valid_cell(cell)
        return tuple((lon, lat) for lat, lon in cells.cell_to_boundary(cell)) if is_cell else None
    return box_of(request.GET.get("view", ""))


def within(question: Filter, spot: Spot) -> Filter:
    """Return the question, asked of a spot only; what was drawn before still holds."""
    if isinstance(spot, Box):
        return replace(question, box=common_box(question.box, spot))
    if question.polygon is None:
        return replace(question, polygon=spot)
    met = shapely.Polygon(spot).intersection(shapely.Polygon(question.polygon))
    corners = [(lon, lat) for lon, lat, *_ in met.exterior.coords[:-1]] if isinstance(met, shapely.Polygon) else []
    if len(corners) in POLYGON_CORNERS:
        return replace(question, polygon=tuple(corners))
    return replace(question, box=common_box(question.box, Box(*shapely.Polygon(spot).bounds)))


def common_box(drawn: Box | None, spot: Box) -> Box:
    """Return what two boxes share; the spot where they share nothing or none was drawn."""
    if drawn is None:
        return spot
    west, east = max(drawn.west_deg, spot.west_deg), min(drawn.east_deg, spot.east_deg)
    south, north = max(drawn.south_deg, spot.south_deg), min(drawn.north_deg, spot.north_deg)
    return Box(west, south, east, north) if west <= east and south <= north else spot


def change_of(spot: Spot) -> str:
    """Return the change that makes the spot a condition of the selection."""
    if isinstance(spot, Box):
        return f"box:{spot.west_deg:.6f},{spot.south_deg:.6f},{spot.east_deg:.6f},{spot.north_deg:.6f}"
    return "outline:" + ";".join(f"{lon:.6f},{lat:.6f}" for lon, lat in spot)


def rows_of(reader: Reader, question: Filter) -> pa.Table:
    """Return the newest facts of a question, as cards need them."""
    columns = columns_needed(reader.territory.level_names)
    return reader.store.query(reader.viewer, question, columns=columns, limit=HERE_ROWS)
