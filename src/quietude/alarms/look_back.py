"""What a rule would have rung on facts that are there: how often, when, and how much work it would have made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from quietude.alarms.compiled import Compiled
from quietude.alarms.engine import episodes
from quietude.alarms.episode import Episode
from quietude.alarms.number_engine import number_episodes
from quietude.alarms.placing import with_groups
from quietude.alarms.rule import OBJECT
from quietude.alarms.window import micros_at, moment_at
from quietude.model.event import zone_column
from quietude.model.filter.scope import columns_of
from quietude.model.territory import Territory

FLOOD = timedelta(minutes=10)
"""ANSI/ISA-18.2-2016, 16.5: an alarm flood is ten alarms or more in ten minutes."""
FLOOD_ALARMS = 10
EVENING, NIGHT_HOURS = 18, 12
"""A night is from 18 h to 6 h of the next day, and is called by the day on which it begins."""


@dataclass(frozen=True, slots=True)
class LookBack:
    """What a rule would have rung from one day to another, both included."""

    since: date
    until: date
    facts: int
    """Facts that it would have looked at."""
    episodes: tuple[Episode, ...]
    """Those that ring, by the moment at which they began."""
    candidates: int
    """How many more were candidates and would have rung nobody."""
    nights: tuple[float, ...]
    """Alarms of an average night, by the day on which it begins, Monday first; nan where the period has none."""
    standing: float
    """Share of the time in which at least one alarm stood, 0..1."""
    busiest: int
    """Most alarms that began within ten minutes."""

    @property
    def per_day(self) -> float:
        """Return alarms a day, on average."""
        return len(self.episodes) / ((self.until - self.since).days + 1)

    @property
    def covered(self) -> int:
        """Return how many facts rang, counted once an alarm."""
        return sum(episode.facts for episode in self.episodes)

    @property
    def hours(self) -> float:
        """Return how long the period is, in hours."""
        return ((self.until - self.since).days + 1) * 24.0

    @property
    def is_flood(self) -> bool:
        """Tell whether an operator would have been flooded at least once."""
        return self.busiest >= FLOOD_ALARMS


def columns_needed(each: Compiled) -> list[str]:
    """Return the columns of facts that a rule is judged by."""
    needed = {"uid", "source", "h3", "occurred_from", "time_precision", "version"}
    for question in (each.whole, *each.leaves):
        needed |= columns_of(question)
    if each.rule.radius_m or each.area is not None:
        needed |= {"lon_deg", "lat_deg"}
    if each.rule.by.startswith(OBJECT):
        needed |= {"attributes", "source_key"}
    if each.rule.by.startswith("zone:"):
        needed.add(zone_column(each.rule.by.partition(":")[2]))
    return sorted(needed)


def look_back(each: Compiled, facts: pl.DataFrame, timezone: str, since: date, until: date) -> LookBack:
    """Return what a rule would have rung on facts of a period of local days, both included."""
    end = _midnight(until + timedelta(days=1), timezone)
    placed = with_groups(facts, (each,))
    looked = placed.filter(pl.any_horizontal(each.masks(placed.columns))).height
    return _summed(episodes(each, facts, timezone, end), looked, timezone, since, until)


def look_back_on_numbers(
    each: Compiled, numbers: pl.DataFrame, territory: Territory, since: date, until: date, *, timezone: str
) -> LookBack:
    """Return what a rule on observations would have rung, as `look_back`; `numbers` are `OBSERVATION_SCHEMA`."""
    end = _midnight(until + timedelta(days=1), timezone)
    return _summed(number_episodes(each, numbers, territory, timezone, end), numbers.height, timezone, since, until)


def _midnight(day: date, timezone: str) -> datetime:
    return datetime.combine(day, time(), tzinfo=ZoneInfo(timezone)).astimezone(UTC)


def _summed(rung: Sequence[Episode], looked: int, timezone: str, since: date, until: date) -> LookBack:
    begin, end = _midnight(since, timezone), _midnight(until + timedelta(days=1), timezone)
    every = sorted(rung, key=lambda episode: (episode.began, episode.group))
    found = [episode for episode in every if not episode.is_candidate]
    begins = np.array([episode.began for episode in found], np.int64)
    return LookBack(
        since,
        until,
        looked,
        tuple(found),
        len(every) - len(found),
        _nights(begins, ZoneInfo(timezone), since, until),
        _standing(found, micros_at(begin), micros_at(end)),
        _busiest(begins),
    )


def _nights(
    begins: np.ndarray[tuple[int], np.dtype[np.int64]], zone: ZoneInfo, since: date, until: date
) -> tuple[float, ...]:
    nights = Counter((since + timedelta(days=n)).weekday() for n in range((until - since).days + 1))
    rung: Counter[int] = Counter()
    for began in begins.tolist():
        local = moment_at(began).astimezone(zone)
        if local.hour >= EVENING or local.hour < (EVENING + NIGHT_HOURS) % 24:
            rung[(local - timedelta(hours=0 if local.hour >= EVENING else EVENING)).weekday()] += 1
    return tuple(rung[day] / nights[day] if nights[day] else float("nan") for day in range(7))


def _standing(found: list[Episode], begin: int, end: int) -> float:
    total, reached = 0, begin
    for episode in found:
        first, last = max(episode.began, reached), min(episode.ended, end)
        total += max(0, last - first)
        reached = max(reached, last)
    return total / (end - begin)


def _busiest(begins: np.ndarray[tuple[int], np.dtype[np.int64]]) -> int:
    if begins.size == 0:
        return 0
    before = np.searchsorted(begins, begins - FLOOD // timedelta(microseconds=1), side="right")
    return int((np.arange(begins.size) - before + 1).max())
