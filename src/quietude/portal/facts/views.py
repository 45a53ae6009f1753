"""The page of one fact."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import orjson
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language

from quietude.ingest.api import FLAGS
from quietude.model.event import Event
from quietude.model.filter.question import Filter, Near
from quietude.model.viewer import Viewer
from quietude.portal.accounts.access import Right, requires, user_of
from quietude.portal.facts.comparison import compare, rest_of
from quietude.portal.facts.versions import changes_between
from quietude.portal.facts.wording import word_for
from quietude.portal.rights.standing import viewer_of
from quietude.portal.town import current_store, current_town, current_vocabulary, installation

NEAR_M = 300.0  # a walk of some four minutes
NEAR_DAYS = timedelta(days=7)
NEAR_SHOWN = 8


@requires(Right.READ_FACT)
def page(request: HttpRequest, event_id: str) -> HttpResponse:
    """Show what the source said of a fact beside what we made of it, its versions, and what is near."""
    viewer = viewer_of(request)
    versions = current_store().event(viewer, event_id)
    if not versions:
        raise Http404
    event = versions[0]
    town = current_town()
    manifest = town.sources.get(event.source)
    language = get_language() or "fr"
    lines = compare(event, manifest=manifest, town=town, vocabulary=current_vocabulary(), language=language)
    flags = [(code, FLAGS[code].say(language) if code in FLAGS else code) for code in event.flags]
    shown = {
        "event": event,
        "manifest": manifest,
        "source_title": manifest.title.say(language) if manifest is not None else event.source,
        "category": current_vocabulary().label(event.category, language) if event.category else event.source_category,
        "lines": lines,
        "rest": rest_of(event, lines),
        "flags": flags,
        "law": _law(event),
        "changes": changes_between(versions, vocabulary=current_vocabulary(), language=language),
        "near": _near(event, viewer),
        "near_m": round(NEAR_M),
        "place": _place(event),
        "is_moved": event.id != event_id,
        "may_search": user_of(request).holds(Right.EXPLORE),
    }
    return render(request, "facts/page.html", shown)


def _law(event: Event) -> list[tuple[str, str]]:
    return [
        ("regime", word_for("regime", event.regime)),
        ("sensitivity", word_for("sensitivity", event.sensitivity)),
        ("reality", word_for("reality", event.reality)),
    ]


def _near(event: Event, viewer: Viewer) -> list[dict[str, Any]]:
    """Return the facts around this one in space and time that the viewer may list, nearest in time first."""
    if event.lat_deg is None or event.lon_deg is None:
        return []
    around = Filter(
        near=Near(event.lat_deg, event.lon_deg, NEAR_M), since=event.day - NEAR_DAYS, until=event.day + NEAR_DAYS
    )
    columns = (
        "id",
        "uid",
        "title",
        "category",
        "source_category",
        "severity",
        "status",
        "reality",
        "occurred_from",
        "source",
    )
    rows = current_store().query(viewer, around, columns=columns, limit=200).to_pylist()
    others = [row for row in rows if row["uid"] != event.uid]
    others.sort(key=lambda row: abs(row["occurred_from"] - event.occurred_from))
    language = get_language() or "fr"
    vocabulary = current_vocabulary()
    for row in others[:NEAR_SHOWN]:
        row["label"] = vocabulary.label(row["category"], language) if row["category"] else row["source_category"]
    return others[:NEAR_SHOWN]


def _place(event: Event) -> str | None:
    """Return the fact's point as JSON for the small map, or None."""
    if event.lat_deg is None or event.lon_deg is None:
        return None
    point = {
        "lat": event.lat_deg,
        "lon": event.lon_deg,
        "accuracy_m": event.accuracy_m,
        "severity": event.severity,
        "ground": small_ground(),
    }
    return orjson.dumps(point).decode()


def small_ground() -> dict[str, Any]:
    """Return what the small map's ground is drawn from (`Ground` in web/src/islands/explore/map/basemap.ts)."""
    base = installation()
    levels = current_town().territory.level_names
    return {
        "levels": [{"name": name, "zones": reverse("explore:zones", args=[name])} for name in levels],
        "context": None,
        "baseMap": {"url": base.tiles_url, "attribution": base.tiles_attribution} if base.tiles_url else None,
        "labels": reverse("explore:labels"),
    }
