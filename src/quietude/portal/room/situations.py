"""The situations of the room: what is open, with priority, age and next step."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse

from quietude.portal.room.asking import Asked
from quietude.portal.room.places import Point, middle, rounded
from quietude.portal.situations.reading import Row, open_situations
from quietude.portal.town import current_town


def lines(asked: Asked, now: datetime, language: str) -> list[dict[str, Any]]:
    """Return the open situations of a view, the gravest first; a service keeps none of them out."""
    rows = [row for row in open_situations(now, language) if row.situation.priority >= asked.severity_from]
    level, _colon, code = asked.zone.partition(":")
    return [_line(row, asked) for row in rows if not code or row.situation.zones.get(level) == code]


def _line(row: Row, asked: Asked) -> dict[str, Any]:
    situation = row.situation
    lon, lat = situation.lon_deg, situation.lat_deg
    point = (lon, lat) if lon is not None and lat is not None else _middle(situation.zones)
    return {
        "key": situation.key,
        "title": row.kind_title if asked.is_wall else situation.title,
        "where": _zone(situation.zones) if asked.is_wall else row.where,
        "priority": situation.priority,
        "icon": row.kind.icon,
        "opened": situation.opened_at.isoformat(),
        "state": situation.get_state_display(),
        "next": row.next_step,
        "late": row.is_late,
        "exercise": situation.is_exercise,
        "point": rounded(point) if asked.is_wall else point,
        "url": "" if asked.is_wall else reverse("situations:page", args=[situation.key]),
    }


def _middle(zones: dict[str, str]) -> Point | None:
    """Return a point of the finest zone that is known of a situation without one."""
    known = [middle(level, zones[level]) for level in current_town().territory.level_names if zones.get(level)]
    return known[-1] if known else None


def _zone(zones: dict[str, str]) -> str:
    for level in reversed(current_town().territory.levels):
        zone = level.by_code.get(zones.get(level.name, ""))
        if zone is not None:
            return zone.name
    return ""
