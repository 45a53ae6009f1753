"""The values that an alarm rests on, with the levels that its rule states."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from quietude.model.observation import own_name
from quietude.model.viewer import Viewer
from quietude.portal.alarms.models import Alarm
from quietude.portal.alarms.reading import is_series
from quietude.portal.measures.reading import Heard, heard

CURVES_MOST = 4
POINTS = 240
AROUND = timedelta(hours=1)
"""What is shown before it began and after it ended."""
LEVELS = ("above", "until_below", "below", "until_above")


def curves_of(viewer: Viewer, alarm: Alarm, now: datetime) -> list[tuple[str, Heard]]:
    """Return the series of an alarm by their own names, of the first few, around the time at which it stood."""
    levels = sorted(set(_levels(alarm.edition.content.get("when", {}))))
    since, until = alarm.began_at - AROUND, min(now, (alarm.ended_at or now) + AROUND)
    named = [name for name in alarm.evidence if is_series(name)][:CURVES_MOST]
    return [(own_name(name), heard(viewer, name, since, until, levels=levels, points=POINTS)) for name in named]


def _levels(condition: dict[str, Any]) -> Iterator[float]:
    """Yield the levels of a rule as its edition keeps it."""
    level = condition.get("level") or {}
    yield from (float(level[name]) for name in LEVELS if level.get(name) is not None)
    negated = condition.get("not")
    for each in (*(condition.get("all") or ()), *(condition.get("any") or ()), *([negated] if negated else [])):
        yield from _levels(each)
