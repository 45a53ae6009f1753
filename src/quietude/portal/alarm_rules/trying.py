"""A rule tried on past facts: what it would have rung, against the edition that holds, and what load it adds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from math import isnan
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from quietude.alarms.api import (
    Compiled,
    Difference,
    Episode,
    LookBack,
    added,
    by_week,
    columns_needed,
    difference,
    look_back,
    look_back_on_numbers,
    overload,
)
from quietude.model.event import Reality
from quietude.model.filter.question import Filter
from quietude.model.viewer import Viewer
from quietude.portal.alarms.judging import of_world
from quietude.portal.alarms.models import World
from quietude.portal.alarms.normals import learned_over
from quietude.portal.alarms.numbers import rules_on_facts
from quietude.portal.town import current_store, current_town

SYSTEM = Viewer.system("alarms")
LISTED_MOST = 300
"""Alarms that a trial lists, the newest; it counts them all."""
NAMED_MOST = 50
"""Facts that a listed alarm names: as many as alarms that rang name."""
PART = timedelta(days=31)
OF_WORLD = ("id", "reality", "flags")
NO_NIGHT = -1.0  # an average of no night: JSON has no nan


class CancelledError(RuntimeError):
    """Whoever asked wants it no more."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is tried: a rule against the one it follows, beside the town's others, over days, for a reader."""

    each: Compiled
    former: Compiled | None
    others: tuple[Compiled, ...]
    viewer: Viewer
    since: date
    until: date
    operators: int


def answer(asked: Question, tell: Callable[[int], None]) -> dict[str, Any]:
    """Return what a trial says, as values for JSON. `tell` is told how far it is, in percent, and may stop it.

    Raises:
        CancelledError: `tell` raised it.
        StoreError: the facts cannot be read.
    """
    rules = rules_on_facts(each for each in (asked.each, asked.former, *asked.others) if each is not None)
    facts = facts_of(asked.viewer, rules, asked.since, asked.until, lambda done: tell(int(60 * done)))
    tried = _tried(asked.each, facts, asked)
    tell(70)
    former = _tried(asked.former, facts, asked) if asked.former is not None else None
    begun: list[int] = []
    for place, other in enumerate(asked.others):
        begun += [episode.began for episode in _tried(other, facts, asked).episodes]
        tell(75 + 20 * (place + 1) // len(asked.others))
    said = _said(asked, tried, former, begun)
    said["hidden"], said["everything"] = _judged(asked, tried, facts.height)
    tell(100)
    return said


def facts_of(
    viewer: Viewer, rules: Sequence[Compiled], since: date, until: date, tell: Callable[[float], None]
) -> pl.DataFrame:
    """Return the real facts of a period of days, both included, that a reader may list, by their public names.

    Raises:
        StoreError: they cannot be read.
    """
    columns = sorted({*OF_WORLD, *(name for each in rules for name in columns_needed(each))} - {"uid"})
    parts: list[pl.DataFrame] = []
    first, days = since, (until - since).days + 1
    while first <= until:
        last = min(until, first + PART - timedelta(days=1))
        table = current_store().query(viewer, Filter(since=first, until=last), columns=columns, order_by=())
        parts.append(pl.DataFrame(table))
        tell(((last - since).days + 1) / days)
        first = last + timedelta(days=1)
    return of_world(pl.concat(parts), World.REAL)


def newest_day() -> date:
    """Return the day of the newest real fact of the town, today where there is none."""
    found = current_store().query(SYSTEM, Filter(), columns=("day",), order_by=("-occurred_from",), limit=1)
    day: date | None = found.column("day")[0].as_py() if found.num_rows else None
    today = datetime.now(UTC).date()
    return min(day, today) if day is not None else today


def numbers_of(viewer: Viewer, since: date, until: date) -> pl.DataFrame:
    """Return the real observations of a period of days, both included, that a reader may list."""
    zone = ZoneInfo(current_town().timezone)
    begin, end = (datetime.combine(day, time(), zone) for day in (since, until + timedelta(days=1)))
    found = pl.DataFrame(current_store().observations(viewer, since=begin, until=end))
    return found.filter(pl.col("reality") == Reality.REAL.value)


def _tried(each: Compiled, facts: pl.DataFrame, asked: Question, viewer: Viewer | None = None) -> LookBack:
    town = current_town()
    if each.rule.is_of_numbers:
        numbers = numbers_of(viewer or asked.viewer, asked.since, asked.until)
        return look_back_on_numbers(
            each, numbers, town.territory, asked.since, asked.until, timezone=town.timezone
        )  # fmt: skip
    learned = learned_over(each, asked.since, asked.until)
    return look_back(learned, facts, town.timezone, asked.since, asked.until)


def _judged(asked: Question, tried: LookBack, seen: int) -> tuple[int, bool]:
    """Return how many facts the reader's rights hide, and whether the rule rings on everything, hidden or not."""
    if asked.each.rule.is_of_numbers:
        found = _tried(asked.each, pl.DataFrame(), asked, SYSTEM)
        return found.facts - tried.facts, overload(found) is not None
    whole = facts_of(SYSTEM, (asked.each,), asked.since, asked.until, lambda _: None)
    hidden = whole.height - seen
    found = tried if not hidden else _tried(asked.each, whole, asked)
    return hidden, overload(found, whole.height) is not None


def _said(asked: Question, tried: LookBack, former: LookBack | None, others: list[int]) -> dict[str, Any]:
    zone = ZoneInfo(current_town().timezone)
    begin = datetime.combine(asked.since, time(), tzinfo=zone).astimezone(UTC)
    end = datetime.combine(asked.until + timedelta(days=1), time(), tzinfo=zone).astimezone(UTC)
    held = former.episodes if former is not None else ()
    moved = difference(tried.episodes, held) if former is not None else Difference((), ())
    before = [*others, *(each.began for each in held)]
    load = added(before, [*others, *(each.began for each in tried.episodes)], end - begin, asked.operators)
    was = dict(by_week(held, zone, asked.since, asked.until))
    weeks = by_week(tried.episodes, zone, asked.since, asked.until)
    return {
        "rang": len(tried.episodes),
        "facts": tried.facts,
        "per_day": tried.per_day,
        "nights": [NO_NIGHT if isnan(rate) else rate for rate in tried.nights],
        "busiest": tried.busiest,
        "is_flood": tried.is_flood,
        "standing": tried.standing,
        "weeks": [[week.isoformat(), count, was.get(week, 0)] for week, count in weeks],
        "listed": listed(tried.episodes),
        "former": len(held) if former is not None else None,
        "more": listed(moved.more),
        "more_count": len(moved.more),
        "fewer": listed(moved.fewer),
        "fewer_count": len(moved.fewer),
        "others": len(before),
        "load": {
            "before": load.before_per_hour,
            "after": load.after_per_hour,
            "floods_before": len(load.before_floods),
            "floods_after": len(load.after_floods),
        },
        "by": asked.each.rule.by,
        "former_by": asked.former.rule.by if asked.former is not None else asked.each.rule.by,
    }


def listed(episodes: Sequence[Episode]) -> list[dict[str, Any]]:
    """Return episodes as a trial lists them, the newest first."""
    newest = sorted(episodes, key=lambda each: each.began, reverse=True)[:LISTED_MOST]
    return [
        {
            "began": each.began,
            "ended": each.ended if each.is_over else None,
            "group": each.group,
            "facts": each.facts,
            "named": list(each.evidence[:NAMED_MOST]),
        }
        for each in newest
    ]
