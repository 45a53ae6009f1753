"""Two rules over the same facts: what the one rings and the other does not, and what either adds to a person's load."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from quietude.alarms.episode import Episode
from quietude.alarms.load import Flood, floods
from quietude.alarms.window import moment_at

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Difference:
    """What a rule rings and another one does not."""

    more: tuple[Episode, ...]
    fewer: tuple[Episode, ...]


@dataclass(frozen=True, slots=True)
class Added:
    """The load of one operator without and with a rule."""

    before_per_hour: float
    after_per_hour: float
    before_floods: tuple[Flood, ...]
    after_floods: tuple[Flood, ...]


def difference(now: Sequence[Episode], former: Sequence[Episode]) -> Difference:
    """Return the episodes of `now` that share no moment with one of `former` of the same group, and the reverse."""
    return Difference(_without(now, former), _without(former, now))


def by_week(episodes: Sequence[Episode], zone: ZoneInfo, since: date, until: date) -> list[tuple[date, int]]:
    """Return how many episodes began in each week of a period of days, both included; weeks by their Monday."""
    counts = Counter(_monday(moment_at(each.began).astimezone(zone).date()) for each in episodes)
    first = _monday(since)
    weeks = [first + timedelta(weeks=n) for n in range((_monday(until) - first).days // 7 + 1)]
    return [(week, counts[week]) for week in weeks]


def added(before: Sequence[int], after: Sequence[int], span: timedelta, operators: int) -> Added:
    """Return the load of each operator by the alarms that began at some moments, and at others; microseconds."""
    hours = span / HOUR * operators
    return Added(
        len(before) / hours, len(after) / hours, floods(sorted(before), operators), floods(sorted(after), operators)
    )


def _without(some: Sequence[Episode], others: Sequence[Episode]) -> tuple[Episode, ...]:
    by_group: dict[str, list[Episode]] = {}
    for each in sorted(others, key=lambda episode: episode.began):
        by_group.setdefault(each.group, []).append(each)
    return tuple(each for each in some if not _meets(each, by_group.get(each.group, [])))


def _meets(one: Episode, others: Sequence[Episode]) -> bool:
    """Tell whether an episode shares a moment with one of others, which are in order and do not overlap."""
    low, high = 0, len(others)
    while low < high:
        middle = (low + high) // 2
        if others[middle].ended <= one.began:
            low = middle + 1
        else:
            high = middle
    return low < len(others) and others[low].began < one.ended


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
