"""How much alarms ask of the persons who take them: the indicators of ANSI/ISA-18.2 and EEMUA 191.

The standards are sold and were not read here: docs/alarm-load.md says which figures were found in second-hand texts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

MICROSECOND = timedelta(microseconds=1)
TEN_MINUTES = timedelta(minutes=10) // MICROSECOND
FLOOD_BEGINS, FLOOD_ENDS = 10, 5
"""ANSI/ISA-18.2-2016, 16.5: a flood begins with ten alarms in ten minutes for one operator, and ends below five."""
CHATTERS = 3
MINUTE = timedelta(minutes=1) // MICROSECOND
"""ANSI/ISA-18.2-2016, 16.5: three or more of one alarm within a minute chatter; fleeting ones are over as soon."""
DAY = timedelta(days=1) // MICROSECOND
"""ANSI/ISA-18.2-2016, 16.5: an alarm that stands for more than a day is stale."""
TOP = 10
HOUR = timedelta(hours=1) // MICROSECOND


@dataclass(frozen=True, slots=True)
class Rung:
    """One alarm that rang; moments in microseconds since 1970 UTC."""

    rule: str
    group: str
    severity: int
    raised: int
    ended: int | None
    taken: int | None


@dataclass(frozen=True, slots=True)
class Flood:
    """A time in which more rang than one person can take."""

    began: int
    ended: int


@dataclass(frozen=True, slots=True)
class Actor:
    """A rule and what it makes of all alarms."""

    rule: str
    alarms: int
    share: float
    """0..1"""


@dataclass(frozen=True, slots=True)
class Load:
    """The indicators of a period."""

    alarms: int
    per_hour: float
    """Of each operator, on average."""
    per_ten_minutes: float
    busiest: int
    """Most alarms within ten minutes, of each operator."""
    floods: tuple[Flood, ...]
    flooded: float
    """Share of the time in a flood, 0..1."""
    standing: int
    """Alarms that stood at the end."""
    stale: tuple[Rung, ...]
    """Of those, for more than a day."""
    actors: tuple[Actor, ...]
    """The ten rules that ring most."""
    top_share: float
    """Their share of all alarms, 0..1."""
    chattering: int
    fleeting: int
    priorities: dict[int, int]
    """Alarms by severity, 1 to 5."""
    taken: int
    taken_p50_s: float
    """Half of those that were taken were within so many seconds; nan where none was."""
    taken_p95_s: float


def load_of(rung: Sequence[Rung], since: int, until: int, operators: int) -> Load:
    """Return the indicators of the alarms that rang from one moment to another, for so many operators.

    Raises:
        ValueError: the period is empty, or nobody is there.
    """
    if until <= since or operators < 1:
        raise ValueError(f"expected a period and an operator, not {since} to {until} and {operators}")
    mine = sorted((each for each in rung if since <= each.raised < until), key=lambda each: each.raised)
    raised = np.array([each.raised for each in mine], np.int64)
    standing = [each for each in mine if each.ended is None or each.ended >= until]
    counts = Counter(each.rule for each in mine).most_common(TOP)
    waits = [(each.taken - each.raised) / 1e6 for each in mine if each.taken is not None]
    p50, p95 = np.percentile(waits, [50, 95]).tolist() if waits else (float("nan"), float("nan"))
    flooded = floods(raised.tolist(), operators)
    hours = (until - since) / HOUR * operators
    return Load(
        alarms=len(mine),
        per_hour=len(mine) / hours,
        per_ten_minutes=len(mine) / hours / 6,
        busiest=-(-_busiest(raised) // operators),
        floods=flooded,
        flooded=sum(min(each.ended, until) - each.began for each in flooded) / (until - since),
        standing=len(standing),
        stale=tuple(each for each in standing if until - each.raised > DAY),
        actors=tuple(Actor(rule, count, count / len(mine)) for rule, count in counts),
        top_share=sum(count for _, count in counts) / len(mine) if mine else 0.0,
        chattering=_chattering(mine),
        fleeting=sum(each.ended is not None and each.ended - each.raised < MINUTE for each in mine),
        priorities={level: sum(each.severity == level for each in mine) for level in range(1, 6)},
        taken=len(waits),
        taken_p50_s=p50,
        taken_p95_s=p95,
    )


def floods(raised: Sequence[int], operators: int) -> tuple[Flood, ...]:
    """Return the floods of alarms that began at these moments, in order."""
    begins, ends = FLOOD_BEGINS * operators, FLOOD_ENDS * operators
    found: list[Flood] = []
    began: int | None = None
    for place, at in enumerate(raised):
        if began is None and place >= begins - 1 and at - raised[place - begins + 1] < TEN_MINUTES:
            began = raised[place - begins + 1]
        if began is not None:
            calm = raised[place - ends + 1] + TEN_MINUTES
            if place + 1 == len(raised) or raised[place + 1] >= calm:
                found.append(Flood(began, max(calm, at)))
                began = None
    return tuple(found)


def _busiest(raised: np.ndarray[tuple[int], np.dtype[np.int64]]) -> int:
    if raised.size == 0:
        return 0
    before = np.searchsorted(raised, raised - TEN_MINUTES, side="right")
    return int((np.arange(raised.size) - before + 1).max())


def _chattering(rung: Sequence[Rung]) -> int:
    """Return how many alarms are one of three or more of the same rule and group within a minute."""
    same: dict[tuple[str, str], list[int]] = {}
    for each in rung:
        same.setdefault((each.rule, each.group), []).append(each.raised)
    chatter = 0
    for moments in same.values():
        marked: set[int] = set()
        for place in range(len(moments) - CHATTERS + 1):
            if moments[place + CHATTERS - 1] - moments[place] < MINUTE:
                marked.update(range(place, place + CHATTERS))
        chatter += len(marked)
    return chatter
