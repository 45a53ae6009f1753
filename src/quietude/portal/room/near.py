"""What else happened near an alarm and just before it, from all sources, each line with its reason."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from quietude.model.event import Reality, TimePrecision, zone_column
from quietude.model.filter.question import Choice, Filter, Near
from quietude.model.viewer import Viewer
from quietude.portal.alarms.models import Alarm, World
from quietude.portal.links.reading import WITHDRAWN, group_of
from quietude.portal.room.places import LOOKED_AT, grounds
from quietude.portal.town import current_store, current_town
from quietude.portal.ui.facts import source_title, zone_name
from quietude.portal.ui.words import category_view

RADIUS_M = (50, 5_000)
MINUTES = (5, 7 * 24 * 60)
AFTER = timedelta(minutes=15)
"""How long after its beginning still counts as "just then": calls about the same thing come in for some minutes."""
SHOWN = 100
LOOKED_THROUGH = 2_000
LINKED = 3.0  # more than nearness and kind can say together: somebody knew
EARTH_M = 6_371_008.8  # mean radius (IUGG)


@dataclass(frozen=True, slots=True)
class Around:
    """How far around an alarm is looked."""

    radius_m: int
    minutes: int

    @classmethod
    def of(cls, radius: str, minutes: str) -> Around:
        """Return what an address asks, within bounds; half a kilometre and two hours where it says nothing."""
        return cls(_within(radius, RADIUS_M, 500), _within(minutes, MINUTES, 120))


def _within(said: str, bounds: tuple[int, int], usual: int) -> int:
    return min(bounds[1], max(bounds[0], int(said))) if said.isdecimal() and len(said) < 10 else usual


def nearby(viewer: Viewer, alarm: Alarm, around: Around, language: str) -> dict[str, Any]:
    """Return the facts around an alarm that the reader may list, but for those it rests on; the likeliest first.

    Facts of its own world only: an exercise is no reason for what is real. Those known to the day or worse are left
    out: that they were just before cannot be told.
    """
    ground = grounds(viewer, [alarm])[alarm.key]
    point, since = ground.point, alarm.began_at - timedelta(minutes=around.minutes)
    question = Filter(
        since=since,
        until=alarm.began_at + AFTER,
        near=Near(point[1], point[0], float(around.radius_m)) if point is not None else None,
        realities=Choice((Reality.REAL,)) if alarm.world == World.REAL else Choice(none_of=(Reality.REAL,)),
    )
    columns = (
        "id", "uid", "source", "category", "severity", "reality", "occurred_from", "time_precision", "place_label",
        "lon_deg", "lat_deg", "flags", *(zone_column(level) for level in current_town().territory.level_names),
    )  # fmt: skip
    rows: list[dict[str, Any]] = []
    if viewer.grants:
        rows = current_store().query(viewer, question, columns=columns, limit=LOOKED_THROUGH).to_pylist()
    own = {str(name).rpartition("-")[2] for name in alarm.evidence}
    linked = {uid for each in sorted(own)[:LOOKED_AT] for uid in group_of(each)}
    about = _About(alarm, point, ground.categories, frozenset(linked))
    found = [_line(row, about, language) for row in rows if row["uid"] not in own and _stands(row)]
    found.sort(key=lambda line: (-line["weight"], line["apart_s"]))
    return {
        "point": point, "radius": around.radius_m, "minutes": around.minutes, "after": int(AFTER.total_seconds() // 60),
        "began": alarm.began_at.isoformat(), "rows": found[:SHOWN],
        "is_cut": len(found) > SHOWN or len(rows) == LOOKED_THROUGH,
    }  # fmt: skip


def _stands(row: dict[str, Any]) -> bool:
    is_withdrawn = any(flag.startswith(WITHDRAWN) for flag in row["flags"] or ())
    return not is_withdrawn and row["time_precision"] in (TimePrecision.MINUTE, TimePrecision.HOUR)


@dataclass(frozen=True, slots=True)
class _About:
    """What the facts around are compared with."""

    alarm: Alarm
    point: tuple[float, float] | None
    categories: tuple[str, ...]
    linked: frozenset[str]
    """Facts that somebody said are one with those of the alarm."""


def _line(row: dict[str, Any], about: _About, language: str) -> dict[str, Any]:
    category = category_view(row["category"], language)
    own, began = (row["lon_deg"], row["lat_deg"]) if row["lon_deg"] is not None else None, about.alarm.began_at
    distance = metres(about.point, own) if about.point is not None and own is not None else None
    reasons, weight = _reasons(row["occurred_from"], began, distance)
    kind, extra = _kinship(row["category"] or "", about.categories)
    if kind:
        reasons.append(kind)
    if row["uid"] in about.linked:
        reasons.append(gettext("linked by hand"))
        extra += LINKED
    return {
        "id": row["id"], "at": row["occurred_from"].isoformat(), "severity": row["severity"], "icon": category.icon,
        "title": category.label, "where": row["place_label"] or zone_name(row) or "",
        "source": source_title(row["source"], language), "exercise": row["reality"] != Reality.REAL,
        "distance": round(distance) if distance is not None else None,
        "apart_s": abs(round((began - row["occurred_from"]).total_seconds())),
        "before": row["occurred_from"] <= began,
        "reason": ", ".join(reasons), "point": own, "url": reverse("facts:page", args=[row["id"]]),
        "weight": round(weight + extra, 3),
    }  # fmt: skip


def _reasons(at: datetime, began: datetime, distance: float | None) -> tuple[list[str], float]:
    """Return how far away and how long before in words, and how much that says: 1 at the spot and moment, less beyond.

    Each halves over 200 m and over half an hour: some minutes' walk, and the time a call takes to become an entry.
    """
    minutes = round(abs((began - at).total_seconds()) / 60)
    when = gettext("%(length)s before") if at <= began else gettext("%(length)s after")
    said = [when % {"length": _length(minutes)}]
    weight = math.pow(0.5, minutes / 30)
    if distance is not None:
        far = gettext("%(n)d m away") % {"n": round(distance, -1)} if distance < 1_000 else _kilometres(distance)
        said.insert(0, far)
        weight += math.pow(0.5, distance / 200)
    return said, weight


def _kilometres(distance: float) -> str:
    figure = f"{distance / 1000:.1f}"
    return gettext("%(n)s km away") % {"n": figure}


def _length(minutes: int) -> str:
    if minutes < 60:
        return gettext("%(n)d min") % {"n": minutes}
    if minutes < 48 * 60:
        return gettext("%(hours)d h %(minutes)02d") % {"hours": minutes // 60, "minutes": minutes % 60}
    return ngettext("%(n)d day", "%(n)d days", minutes // 1440) % {"n": minutes // 1440}


def _kinship(category: str, categories: tuple[str, ...]) -> tuple[str, float]:
    """Return how alike a category is to those of the alarm's facts, in words and as a weight."""
    if not category:
        return "", 0.0
    for depth, said, weight in ((2, gettext("same kind"), 1.0), (1, gettext("same family"), 0.5)):
        mine = category.split(".")[:depth]
        if any(each.split(".")[:depth] == mine for each in categories):
            return said, weight
    return "", 0.0


def metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return how far apart two points (longitude, latitude, in degrees) are on the ground: the haversine formula."""
    (lon_1, lat_1), (lon_2, lat_2) = ([math.radians(value) for value in point] for point in (one, other))
    half = math.sin((lat_2 - lat_1) / 2) ** 2 + math.cos(lat_1) * math.cos(lat_2) * math.sin((lon_2 - lon_1) / 2) ** 2
    return 2 * EARTH_M * math.asin(min(1.0, math.sqrt(half)))
