"""When a condition holds, from the moments of the facts it looks at.

A fact changes what holds from its moment on, never before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import reduce

import numpy as np

from quietude.alarms.crowd import crowded
from quietude.alarms.departure import Departure, Season
from quietude.alarms.placed import entered
from quietude.alarms.rule import Condition, Rule
from quietude.alarms.spans import EVER, Moments, Spans
from quietude.alarms.window import MICROSECOND, micros


@dataclass(frozen=True, slots=True)
class Leaf:
    """One question of a condition."""

    scope: str
    is_outside: bool = False
    """Whether it looks at facts outside the rule's place."""
    is_departure: bool = False


def leaves(condition: Condition) -> tuple[Leaf, ...]:
    """Return a condition's questions, in the order in which `spans` takes their moments."""
    return tuple(_leaves(condition))


def scopes(condition: Condition) -> tuple[str, ...]:
    """Return the scopes of a condition's questions."""
    return tuple(leaf.scope for leaf in leaves(condition))


def _leaves(condition: Condition) -> Iterator[Leaf]:
    for leaf in (condition.match, condition.count, condition.silence):
        if leaf is not None:
            yield Leaf(leaf.scope)
    if condition.departure is not None:
        yield Leaf(condition.departure.scope, is_departure=True)
    if condition.sequence is not None:
        yield from (Leaf(condition.sequence.first), Leaf(condition.sequence.then))
    if condition.entering is not None:
        yield from (Leaf(condition.entering.scope), Leaf(condition.entering.scope, is_outside=True))
    for each in condition.joined:
        yield from _leaves(each)


def departure_in(condition: Condition) -> Departure | None:
    """Return the departure in a condition; a rule has one at most."""
    found = condition.departure
    return found or next((each for each in map(departure_in, condition.joined) if each is not None), None)


def least_facts(condition: Condition) -> int:
    """Return how few facts may make a condition hold."""
    if condition.count is not None:
        return condition.count.at_least
    if condition.sequence is not None:
        return 2
    if condition.all:
        return max(map(least_facts, condition.all))
    return min(map(least_facts, condition.any)) if condition.any else 1


def reach(condition: Condition) -> int:
    """Return how long before a moment facts may still say whether it holds, in microseconds; at most that long."""
    windows = [condition.lasting] if condition.lasting is not None else []
    if condition.match is not None:
        windows.append(condition.match.holds)
    if condition.count is not None:
        windows.append(condition.count.within)
    if condition.sequence is not None:
        windows += [condition.sequence.within, condition.sequence.holds]
    if condition.silence is not None:
        windows.append(condition.silence.lasts)
    if condition.departure is not None:
        windows.append(condition.departure.window)
    if condition.entering is not None:
        windows += [condition.entering.within, condition.entering.holds]
    if condition.level is not None:
        windows += condition.level.windows
    return sum(map(micros, windows)) + sum(reach(each) for each in condition.joined)


def reach_back(rule: Rule) -> timedelta:
    """Return how old a fact may be and still change what a rule says of the time that is not settled yet."""
    return rule.late_by + reach(rule.when) * MICROSECOND


def is_of_silence(condition: Condition) -> bool:
    """Tell whether nothing happening is part of a condition."""
    return condition.silence is not None or any(map(is_of_silence, condition.joined))


def spans(
    condition: Condition, moments: Sequence[Moments], season: Season | None = None, *, played_until: int = EVER
) -> Spans:
    """Return when a condition holds; `moments` are those of the facts of each of its scopes, in order.

    `season` says what is normal; without it nothing departs from it. `played_until`: see `silent`.
    """
    return _spans(condition, iter(moments), season, played_until)


def silent(at: Moments, lasts: int, played_until: int = EVER) -> Spans:
    """Return when nothing had come for so many microseconds, by the moments of what came, in order.

    What is played ends, and that no more comes of it then says nothing: silence after a fact up to `played_until` is
    told no longer than to that moment. What goes on coming later is counted as ever.
    """
    ends = np.append(at[1:], EVER)[: at.size]
    return Spans.of(at + lasts, np.where(at <= played_until, np.minimum(ends, played_until), ends))


def _spans(condition: Condition, moments: Iterator[Moments], season: Season | None, played_until: int) -> Spans:
    if condition.silence is not None:
        found: Spans | None = silent(next(moments), micros(condition.silence.lasts), played_until)
    else:
        found = _leaf(condition, moments, season)
    if found is None:
        joined = [_spans(each, moments, season, played_until) for each in condition.joined]
        if condition.negated is not None:
            found = ~joined[0]
        elif condition.all:
            found = reduce(Spans.__and__, joined)
        else:
            found = reduce(Spans.__or__, joined)
    return found if condition.lasting is None else found.lasting(micros(condition.lasting))


def _leaf(condition: Condition, moments: Iterator[Moments], season: Season | None) -> Spans | None:
    if condition.match is not None:
        at = next(moments)
        return Spans.of(at, at + micros(condition.match.holds))
    if condition.count is not None:
        return crowded(next(moments), condition.count.at_least, micros(condition.count.within))
    if condition.departure is not None or condition.entering is not None:
        return _of_town(condition, moments, season)
    if condition.sequence is not None:
        first, then = next(moments), next(moments)
        after = then[follows(first, then, micros(condition.sequence.within))]
        return Spans.of(after, after + micros(condition.sequence.holds))
    return None


def _of_town(condition: Condition, moments: Iterator[Moments], season: Season | None) -> Spans:
    """Return when a condition holds that asks more of the town than facts: what is normal there, its places."""
    if condition.entering is not None:
        return entered(next(moments), next(moments), condition.entering)
    at = next(moments)
    if season is None or condition.departure is None:
        return Spans.none()
    return season.departed(at, condition.departure)


def follows(first: Moments, then: Moments, within: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Tell of each second fact whether a first one was there before it, at most `within` microseconds ago."""
    before = np.searchsorted(first, then, side="left")  # how many are earlier
    found = before > 0
    found[found] &= then[found] - first[before[found] - 1] <= within
    return found
