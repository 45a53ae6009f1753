"""Alarms of different rules near each other in place and time: one group on the screen, none of them lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from quietude.alarms.api import Mark, length, micros, micros_at, together
from quietude.model.filter.question import Filter
from quietude.model.viewer import Viewer
from quietude.portal.alarms.reading import Shown
from quietude.portal.town import current_store, current_town

VIEWER = Viewer.system("alarms")
FACTS_OF_ONE = 5
"""The first of an alarm's facts that has a point says where it is; how many are asked."""


@dataclass(frozen=True, slots=True)
class Heap:
    """Alarms that are shown together, in the order of the list; one alone is a heap of one."""

    alarms: tuple[Shown, ...]
    radius_m: int = 0
    minutes: int = 0
    """How soon one of them began after another, at most."""

    @property
    def is_group(self) -> bool:
        """Tell whether there are several."""
        return len(self.alarms) > 1


def heaped(shown: Sequence[Shown]) -> list[Heap]:
    """Return alarms by heap; each heap stands where its first alarm stood."""
    setting = current_town().correlation
    groups = together(_marks(shown), setting.radius_m, micros(setting.within)) if setting.radius_m else []
    heap_of = {key: keys for keys in groups for key in keys}
    heaps: list[Heap] = []
    placed: set[str] = set()
    for each in shown:
        key = each.alarm.key
        if key in placed:
            continue
        keys = heap_of.get(key, (key,))
        placed.update(keys)
        mine = tuple(other for other in shown if other.alarm.key in keys)
        heaps.append(Heap(mine, setting.radius_m, length(setting.within) // timedelta(minutes=1)))
    return heaps


def _marks(shown: Sequence[Shown]) -> list[Mark]:
    named = tuple(sorted({name for each in shown for name in each.alarm.evidence[:FACTS_OF_ONE]}))
    points = _points(named, current_store().stamp()) if len(shown) > 1 and named else {}
    marks = []
    for each in shown:
        alarm = each.alarm
        where = next((points[name] for name in alarm.evidence[:FACTS_OF_ONE] if name in points), None)
        if where is not None:
            rule = f"{alarm.world} {alarm.rule}"
            marks.append(Mark(alarm.key, rule, micros_at(alarm.began_at), *where))
    return marks


@lru_cache(maxsize=64)  # two hundred screens show the same alarms
def _points(names: tuple[str, ...], _stamp: str) -> dict[str, tuple[float, float]]:
    """Return where facts happened, by public name. Whoever sees an alarm may list each of its facts."""
    found = current_store().query(VIEWER, Filter(ids=names), columns=("id", "lon_deg", "lat_deg"), order_by=())
    rows = found.to_pylist()
    return {row["id"]: (row["lon_deg"], row["lat_deg"]) for row in rows if row["lon_deg"] is not None}
