"""What the page of a document's mentions shows: excerpts, a map, a time line, facts near in space and time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

import orjson

from quietude.documents.api import hidden_names
from quietude.model.filter.question import Filter, Near
from quietude.model.viewer import Viewer
from quietude.portal.documents.models import PageText, Version
from quietude.portal.logbook.placing import small_ground
from quietude.portal.mentions.models import Judged, Mention
from quietude.portal.town import current_store, current_town
from quietude.portal.ui.facts import FactView, columns_needed, fact_views

AROUND = 60
"""Letters of an excerpt before and after the words."""
HIDDEN_WITHIN = 400
"""Letters in which names are hidden before the excerpt is cut: "Monsieur" may stand before its first letter."""
NEAR_M = 300.0  # as on the page of a fact: a walk of some four minutes
NEAR_DAYS = 7
PLACES_ASKED = 5
"""Places of which facts near are looked for: an order of a whole town's streets would ask for the town."""
FACTS_SHOWN = 12
MAP_MARGIN_DEG = 0.004  # some 400 m, so that the streets around are named
STRIP = 1000
"""Width of the time line in its own units."""


@dataclass(frozen=True, slots=True)
class Told:
    """A mention with the words around it, names of persons hidden, and where the reader shows it."""

    mention: Mention
    before: str
    after: str
    address: str
    """Query of the reader: its page, and the words that are to be boxed there."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A day of the time line, and how far along it stands, 0 to `STRIP`."""

    day: date
    at: int
    mentions: tuple[Mention, ...]


def told(version: Version, mentions: Sequence[Mention]) -> list[Told]:
    """Return mentions as the page lists them."""
    pages = {mention.page for mention in mentions}
    texts = dict(PageText.objects.filter(version=version, number__in=pages).values_list("number", "text"))
    return [_told(each, texts.get(each.page, "")) for each in mentions]


def _told(mention: Mention, text: str) -> Told:
    before = hidden_names(text[max(0, mention.start - HIDDEN_WITHIN) : mention.start])[-AROUND:]
    after = hidden_names(text[mention.end : mention.end + HIDDEN_WITHIN])[:AROUND]
    return Told(mention, before, after, urlencode({"page": mention.page, "q": mention.text}))


def ticks(mentions: Sequence[Mention]) -> list[Tick]:
    """Return the days that a document names, the earliest first; those rejected are none of them."""
    by_day: dict[date, list[Mention]] = {}
    for each in mentions:
        if each.kind == Mention.Kind.DATE and each.judged != Judged.REJECTED:
            by_day.setdefault(date.fromisoformat(each.value), []).append(each)
    days = sorted(by_day)
    span = (days[-1] - days[0]).days if days else 0
    return [Tick(day, round(STRIP * (day - days[0]).days / span) if span else 0, tuple(by_day[day])) for day in days]


def places(mentions: Sequence[Mention]) -> list[Mention]:
    """Return the places that are on the map, each once; those rejected are none of them."""
    found: dict[str, Mention] = {}
    for each in mentions:
        if each.kind == Mention.Kind.PLACE and each.lon_deg is not None and each.judged != Judged.REJECTED:
            found.setdefault(each.value.lower(), each)
    return list(found.values())


def map_of(found: Sequence[Mention]) -> str:
    """Return what the small map shows, as JSON (`Shown` in web/src/islands/situation-map.ts)."""
    lons = [each.lon_deg for each in found if each.lon_deg is not None]
    lats = [each.lat_deg for each in found if each.lat_deg is not None]
    bounds = [min(lons) - MAP_MARGIN_DEG, min(lats) - MAP_MARGIN_DEG]
    bounds += [max(lons) + MAP_MARGIN_DEG, max(lats) + MAP_MARGIN_DEG]
    shown: dict[str, Any] = {
        "here": None, "facts": [], "sketches": [], "ground": small_ground()["ground"], "bounds": bounds,
        "units": [[each.lon_deg, each.lat_deg, each.value, True] for each in found],
    }  # fmt: skip
    return orjson.dumps(shown).decode()


def facts_near(
    viewer: Viewer, found: Sequence[Mention], days: tuple[date, date] | None, language: str
) -> list[FactView]:
    """Return facts within `NEAR_M` of the first places and `NEAR_DAYS` of the days, that the viewer may list.

    Each read of the store is noted as reads of facts are. Without a place or a day there is nothing near.
    """
    if days is None or not viewer.grants:
        return []
    margin, columns = timedelta(days=NEAR_DAYS), columns_needed(current_town().territory.level_names)
    views: dict[str, FactView] = {}
    for each in found[:PLACES_ASKED]:
        if each.lat_deg is None or each.lon_deg is None:
            continue
        around = Filter(near=Near(each.lat_deg, each.lon_deg, NEAR_M), since=days[0] - margin, until=days[1] + margin)
        rows = current_store().query(viewer, around, columns=columns, limit=FACTS_SHOWN)
        views |= {view.id: view for view in fact_views(rows, language)}
    return sorted(views.values(), key=lambda view: view.occurred_from)[:FACTS_SHOWN]
