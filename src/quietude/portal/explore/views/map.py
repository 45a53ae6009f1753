"""What the map draws: tiles of facts, outlines and counts of zones, hexagons, names of streets."""

from __future__ import annotations

import gzip
from functools import cache
from typing import cast

import h3.api.basic_str as cells
import orjson
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from quietude.model.filter.errors import FilterError
from quietude.model.filter.question import Box, Filter
from quietude.portal.accounts.access import Right, requires
from quietude.portal.explore.answers import Reader, count_zones
from quietude.portal.explore.changes import ChangeError
from quietude.portal.explore.freshness import CACHE_CONTROL, STATED, answer_if_new, name_answer
from quietude.portal.explore.places import digest, labels, outlines, quantile_classes
from quietude.portal.explore.presenting import state_of
from quietude.portal.explore.reading import language_of, reader_of, sees_places, selection_of
from quietude.portal.explore.selection import Colour
from quietude.portal.explore.views.page import said_of
from quietude.portal.town import current_town
from quietude.sources.api import read_gazetteer

ZOOM_MAX = 22
RESOLUTIONS = frozenset(map(str, range(5, 11)))  # 5 is a whole town in a few cells, 10 the finest that facts carry
DECIMALS = 6


@require_GET
@requires(Right.EXPLORE, answers="data")
def tile(request: HttpRequest, z: int, x: int, y: int) -> HttpResponseBase:
    """Return one vector tile of the selection."""
    if z > ZOOM_MAX or x >= 2**z or y >= 2**z:
        raise Http404
    reader = reader_of(request)
    question = question_of(request, reader)
    if isinstance(question, HttpResponse):
        return question
    has_families = request.GET.get("colour") == Colour.FAMILY

    def read() -> bytes:
        return reader.store.tile(reader.viewer, question, z, x, y, has_families=has_families)

    def make() -> HttpResponse:
        content = cast("bytes", reader.kept(("tile", question, z, x, y, has_families), read))
        return packed(request, content, "application/vnd.mapbox-vector-tile")

    is_stated = request.GET.get("state") == state_of(reader)
    name = name_answer("tile", reader.stamp, reader.rights, question, z, x, y, has_families)
    return answer_if_new(request, name, make, holds=STATED if is_stated else CACHE_CONTROL)


@require_GET
@requires(Right.EXPLORE, answers="data")
def hexes(request: HttpRequest) -> HttpResponseBase:
    """Return the hexagons of a part of the map, with their counts and the classes of their colours."""
    reader = reader_of(request)
    question = question_of(request, reader)
    if isinstance(question, HttpResponse):
        return question
    box = box_of(request.GET.get("view", ""))
    resolution = request.GET.get("resolution", "")
    if box is None or resolution not in RESOLUTIONS or not sees_places(reader):
        raise Http404

    def make() -> HttpResponse:
        bins = reader.store.h3_bins(reader.viewer, question, resolution=int(resolution), box=box)
        counts = bins["count"].to_pylist()
        features = [
            {
                "type": "Feature",
                "geometry": {"type": "Polygon", "coordinates": [ring(cell)]},
                "properties": {"h3": cell, "count": count},
            }
            for cell, count in zip(bins["h3"].to_pylist(), counts, strict=True)
        ]
        content = {
            "type": "FeatureCollection",
            "features": features,
            "breaks": quantile_classes(counts, are_counts=True),
            "most": max(counts, default=0),
        }
        return packed(request, orjson.dumps(content), "application/geo+json")

    return answer_if_new(request, name_answer("hexes", reader.stamp, reader.rights, question, resolution, box), make)


def ring(cell: str) -> list[tuple[float, float]]:
    """Return the closed outline of a hexagon as (longitude, latitude) corners."""
    corners = [(round(lon, DECIMALS), round(lat, DECIMALS)) for lat, lon in cells.cell_to_boundary(cell)]
    return [*corners, corners[0]]


@require_GET
@requires(Right.EXPLORE, answers="data")
def zones(request: HttpRequest, level: str) -> HttpResponseBase:
    """Return the outlines of one level of the town."""
    if level not in current_town().territory.level_names:
        raise Http404
    content = zones_content(level)
    return answer_if_new(request, f'"{digest(content)}"', lambda: packed(request, content, "application/geo+json"))


@require_GET
@requires(Right.EXPLORE, answers="data")
def street_names(request: HttpRequest) -> HttpResponseBase:
    """Return the names of streets and places, for the map's labels."""
    content = labels_content()
    return answer_if_new(request, f'"{digest(content)}"', lambda: packed(request, content, "application/geo+json"))


@require_GET
@requires(Right.EXPLORE, answers="data")
def zone_table(request: HttpRequest) -> HttpResponseBase:
    """Return the counts by zone as a table: the map for who does not see it."""
    reader = reader_of(request)
    try:
        selection = selection_of(request, reader)
    except (FilterError, ChangeError) as error:
        return JsonResponse({"error": said_of(error)["message"]}, status=400)
    level = reader.territory.level(selection.display.level)
    rows, outside = count_zones(reader, selection.question, level.name)
    context = {
        "rows": [row for row in rows if row.count],
        "empty": sum(1 for row in rows if not row.count),
        "outside": outside,
        "level": level.name,
        "level_label": level.labels.get(language_of(), level.name),
        "has_rate": any(row.per_1000 is not None for row in rows),
        "chosen": {code for name, code in selection.question.zones.any_of if name == level.name},
    }
    return render(request, "explore/zone_table.html", context)


@cache
def zones_content(level: str) -> bytes:
    """Return the outlines of a level, made once: the town's configuration is read once as well."""
    return outlines(current_town().territory.level(level))


@cache
def labels_content() -> bytes:
    """Return the names of streets and places, made once; none where the town declares no gazetteer."""
    town = current_town()
    if town.gazetteer is None:
        return b'{"type":"FeatureCollection","features":[]}'
    return labels(read_gazetteer(town.gazetteer, town.folder, town.data_dir))


def question_of(request: HttpRequest, reader: Reader) -> Filter | HttpResponse:
    """Return the question of the address, or the answer to one that cannot be read."""
    try:
        return selection_of(request, reader).question
    except (FilterError, ChangeError) as error:
        return JsonResponse({"error": said_of(error)["message"]}, status=400)


def box_of(text: str) -> Box | None:
    """Return the part of the map that `west,south,east,north` says, cut at the edges of the world."""
    try:
        west, south, east, north = (float(part) for part in text.split(","))
        return Box(max(west, -180.0), max(south, -90.0), min(east, 180.0), min(north, 90.0))
    except ValueError:
        return None


def packed(request: HttpRequest, content: bytes, kind: str) -> HttpResponse:
    """Return bytes as an answer, compressed where the browser reads that: outlines shrink to a third."""
    response = HttpResponse(content_type=kind)
    if "gzip" in request.headers.get("Accept-Encoding", "") and len(content) > 1400:  # one network packet
        content = gzip.compress(content, 1)
        response.headers["Content-Encoding"] = "gzip"
    response.content = content
    return response
