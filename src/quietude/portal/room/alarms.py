"""The tray of the room: what stands, gravest and longest unanswered first."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse

from quietude.model.viewer import Viewer
from quietude.portal.alarms.models import World
from quietude.portal.alarms.reading import SHOWN_MOST, Shown, standing_alarms
from quietude.portal.room.asking import Asked, logbooks_by_service
from quietude.portal.room.places import Ground, grounds, rounded


def lines(viewer: Viewer, asked: Asked, now: datetime, language: str) -> dict[str, Any]:
    """Return the alarms of a view as data: those that ring, the gravest and then the oldest of them first."""
    severe = [one for one in standing_alarms(viewer, now, language) if one.alarm.severity >= asked.severity_from]
    where = grounds(viewer, [one.alarm for one in severe])
    logbooks = logbooks_by_service().get(asked.service, ())
    mine = [one for one in severe if where[one.alarm.key].is_in(asked, logbooks)]
    mine.sort(key=lambda one: (not one.is_ringing, -one.alarm.severity, one.alarm.began_at, one.alarm.key))
    return {
        "rows": [_line(one, where[one.alarm.key], asked) for one in mine[:SHOWN_MOST]],
        "is_cut": len(mine) > SHOWN_MOST,
    }


def sound_of(content: dict[str, Any]) -> str:
    """Return the kind of condition that a rule rings by: what it sounds like."""
    return next((name for name, said in content["when"].items() if said and name != "lasting"), "match")


def _line(one: Shown, ground: Ground, asked: Asked) -> dict[str, Any]:
    alarm = one.alarm
    point = rounded(ground.point) if asked.is_wall else ground.point
    line = {
        "key": alarm.key, "rule": alarm.rule, "severity": alarm.severity, "title": one.title, "about": one.about,
        "state": one.state.value, "rings": one.is_ringing, "began": alarm.began_at.isoformat(),
        "ended": alarm.ended_at.isoformat() if alarm.ended_at is not None else None, "facts": alarm.facts,
        "instruction": one.instruction, "sound": sound_of(alarm.edition.content),
        "exercise": alarm.world == World.EXERCISE, "point": point, "by": "", "url": "", "explore": "",
    }  # fmt: skip
    if not asked.is_wall:
        line |= {
            "by": str(alarm.taken_by) if alarm.taken_by is not None else "",
            "url": reverse("alarms:alarm", args=[alarm.key]),
            "explore": one.explore_url,
        }
    return line
