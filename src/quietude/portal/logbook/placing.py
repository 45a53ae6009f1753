"""Where an entry is: words become a point through the town's own names; a point of the map becomes words."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from django.urls import reverse

from quietude.ingest.api import Geocoder, Suggestion, open_geocoder, search_address
from quietude.portal.logbook.content import Place
from quietude.portal.town import current_town, installation

SUGGESTED = 6
NAMES_MAX = 10_000  # some 250 kB on a device: streets and places of a town of a million


@cache
def current_geocoder() -> Geocoder:
    """Return the town's geocoder, opened once; its names are compiled in the var folder."""
    return open_geocoder(current_town(), cache_dir=installation().var_dir / installation().town / "geocoder")


def suggestions(text: str, *, limit: int = SUGGESTED) -> list[Suggestion]:
    """Return the likeliest places for what is typed, best first; none for less than two letters."""
    said = " ".join(text.split())
    return search_address(current_geocoder(), said, limit=limit) if len(said) > 1 else []


def known_names() -> list[str]:
    """Return the names of the town's streets and places, sorted, to be offered without network; none where too many."""
    names = current_geocoder().gazetteer.names
    found = sorted(set(names.filter(names["class"].is_in(["street", "place"]))["label"].to_list()))
    return found if len(found) <= NAMES_MAX else []


def placed(label: str, lon_deg: float | None, lat_deg: float | None, accuracy_m: float | None, by: str = "") -> Place:
    """Return the place of a form: the point that was chosen, else what the words mean, else the words alone."""
    said = " ".join(label.split())
    if lon_deg is not None and lat_deg is not None:
        return Place(label=said, lon_deg=lon_deg, lat_deg=lat_deg, accuracy_m=accuracy_m, located_by=by or "person")
    found = suggestions(said, limit=1)
    if not found or found[0].score is None:  # a zone's name alone is no point
        return Place(label=said)
    best = found[0]
    return Place(
        label=said, lon_deg=best.lon_deg, lat_deg=best.lat_deg, accuracy_m=best.accuracy_m, located_by=best.located_by
    )


def zone_names(codes: Mapping[str, str | None]) -> list[str]:
    """Return the names of the zones of a place, from fine to coarse, from level to code."""
    names = []
    for level in reversed(current_town().territory.levels):
        zone = level.by_code.get(codes.get(level.name) or "")
        if zone is not None:
            names.append(zone.name)
    return names


def small_ground() -> dict[str, Any]:
    """Return what a small map is drawn from: its ground (web/src/islands/explore/map/basemap.ts) and where it opens."""
    base, town = installation(), current_town()
    boxes = [zone.geometry.bounds for zone in town.territory.levels[0].zones]
    west, south = min(box[0] for box in boxes), min(box[1] for box in boxes)
    east, north = max(box[2] for box in boxes), max(box[3] for box in boxes)
    return {
        "ground": {
            "levels": [
                {"name": name, "zones": reverse("explore:zones", args=[name])} for name in town.territory.level_names
            ],
            "context": None,
            "baseMap": {"url": base.tiles_url, "attribution": base.tiles_attribution} if base.tiles_url else None,
            "labels": reverse("explore:labels"),
        },
        "bounds": [west, south, east, north],
    }
