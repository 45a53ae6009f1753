"""The live log of the room: the newest facts and entries, what became of alarms and situations; no words of a fact."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse

from quietude.model.event import Reality, zone_column
from quietude.model.filter.question import Filter
from quietude.model.viewer import Viewer
from quietude.portal.alarms.models import AlarmStep, World
from quietude.portal.alarms.reading import Shown, some_alarms
from quietude.portal.room import acts
from quietude.portal.room.asking import Asked, logbooks_by_service
from quietude.portal.room.places import grounds, rounded
from quietude.portal.town import current_store, current_town
from quietude.portal.ui.facts import source_title, zone_name
from quietude.portal.ui.words import category_view

REACH = timedelta(hours=24)
SHOWN = 100
STEPS = 60
AHEAD = timedelta(minutes=1)
"""How far senders' clocks may be ahead: what lies further in the future is no news yet."""
STEP_ICONS = {
    "raised": "bell-ring", "cleared": "circle-check", "returned": "bell", "withdrawn": "undo-2",
    "acknowledged": "hand", "reset": "lock", "shelved": "timer-off", "unshelved": "undo-2",
    "commented": "message-square", "undone": "undo-2", "retired": "ban",
}  # fmt: skip


def lines(viewer: Viewer, asked: Asked, now: datetime, language: str, *, sees_situations: bool) -> list[dict[str, Any]]:
    """Return the newest lines of a view, the newest first; acts in situations only to whom `sees_situations`."""
    found = acts.lines(asked, now - REACH, language) if sees_situations else []
    if viewer.grants:
        found += _facts(viewer, asked, now, language) + _steps(viewer, asked, now, language)
    found.sort(key=lambda line: (line["at"], line["id"]), reverse=True)
    return found[:SHOWN]


def _facts(viewer: Viewer, asked: Asked, now: datetime, language: str) -> list[dict[str, Any]]:
    levels = current_town().territory.level_names
    columns = (
        "id", "source", "category", "severity", "reality", "occurred_from", "place_label", "lon_deg", "lat_deg",
        *(zone_column(level) for level in levels),
    )  # fmt: skip
    question = asked.narrow(Filter(since=now - REACH, until=now + AHEAD))
    rows = current_store().query(viewer, question, columns=columns, limit=SHOWN).to_pylist()
    return [_fact(row, asked, language) for row in rows]


def _fact(row: dict[str, Any], asked: Asked, language: str) -> dict[str, Any]:
    category = category_view(row["category"], language)
    point = (row["lon_deg"], row["lat_deg"]) if row["lon_deg"] is not None else None
    zone = zone_name(row) or ""
    return {
        "id": f"fact:{row['id']}",
        "kind": "entry" if row["source"] in current_town().logbooks else "fact",
        "at": row["occurred_from"].isoformat(),
        "severity": row["severity"],
        "icon": category.icon,
        "title": category.label,
        "where": zone if asked.is_wall else row["place_label"] or zone,
        "source": source_title(row["source"], language),
        "exercise": row["reality"] != Reality.REAL,
        "point": rounded(point) if asked.is_wall else point,
        "url": "" if asked.is_wall else reverse("facts:page", args=[row["id"]]),
    }


def _steps(viewer: Viewer, asked: Asked, now: datetime, language: str) -> list[dict[str, Any]]:
    recent = AlarmStep.objects.filter(at__gt=now - REACH, alarm__severity__gte=asked.severity_from)
    steps = list(recent.select_related("alarm__edition", "by").order_by("-pk")[:STEPS])
    mine = some_alarms(viewer, list({step.alarm.key: step.alarm for step in steps}.values()), now, language)
    if asked.zone or asked.service:
        logbooks = logbooks_by_service().get(asked.service, ())
        where = grounds(viewer, [shown.alarm for shown in mine.values()])
        mine = {key: shown for key, shown in mine.items() if where[key].is_in(asked, logbooks)}
    return [_step(step, mine[step.alarm.key], asked) for step in steps if step.alarm.key in mine]


def _step(step: AlarmStep, shown: Shown, asked: Asked) -> dict[str, Any]:
    by = "" if asked.is_wall or step.by is None else str(step.by)
    return {
        "id": f"step:{step.pk}",
        "kind": "act",
        "at": step.at.isoformat(),
        "severity": step.alarm.severity,
        "icon": STEP_ICONS[step.what],
        "title": f"{shown.title}, {shown.about}",
        "where": step.get_what_display(),
        "source": by,
        "exercise": step.alarm.world == World.EXERCISE,
        "point": None,
        "url": "" if asked.is_wall else reverse("alarms:alarm", args=[step.alarm.key]),
    }
