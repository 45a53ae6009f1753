"""When a condition holds, from the moments of the facts it looks at.

A fact changes what holds from its moment on, never before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import reduce

import numpy as np

from quietude.alarms.rule import Condition, Rule, length
from quietude.alarms.spans import EVER, Moments, Spans

MICROSECOND = timedelta(microseconds=1)


def scopes(condition: Condition) -> tuple[str, ...]:
    """Return the scopes of a condition's leaves, in the order in which `spans` takes their moments."""
    return tuple(_scopes(condition))


def _scopes(condition: Condition) -> Iterator[str]:
    for leaf in (condition.match, condition.count, condition.silence):
        if leaf is not None:
            yield leaf.scope
    if condition.sequence is not None:
        yield from (condition.sequence.first, condition.sequence.then)
    for each in condition.joined:
        yield from _scopes(each)


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
    return sum(map(micros, windows)) + sum(reach(each) for each in condition.joined)


def reach_back(rule: Rule) -> timedelta:
    """Return how old a fact may be and still change what a rule says of the time that is not settled yet."""
    return rule.late_by + reach(rule.when) * MICROSECOND


def is_of_silence(condition: Condition) -> bool:
    """Tell whether nothing happening is part of a condition."""
    return condition.silence is not None or any(map(is_of_silence, condition.joined))


def micros(window: str) -> int:
    """Return the microseconds of a window."""
    return length(window) // MICROSECOND


def spans(condition: Condition, moments: Sequence[Moments]) -> Spans:
    """Return when a condition holds; `moments` are those of the facts of each of its scopes, in order."""
    return _spans(condition, iter(moments))


def _spans(condition: Condition, moments: Iterator[Moments]) -> Spans:
    found = _leaf(condition, moments)
    if found is None:
        joined = [_spans(each, moments) for each in condition.joined]
        if condition.negated is not None:
            found = ~joined[0]
        elif condition.all:
            found = reduce(Spans.__and__, joined)
        else:
            found = reduce(Spans.__or__, joined)
    return found if condition.lasting is None else found.lasting(micros(condition.lasting))


def _leaf(condition: Condition, moments: Iterator[Moments]) -> Spans | None:
    if condition.match is not None:
        at = next(moments)
        return Spans.of(at, at + micros(condition.match.holds))
    if condition.count is not None:
        return crowded(next(moments), condition.count.at_least, micros(condition.count.within))
    if condition.silence is not None:
        at = next(moments)
        return Spans.of(at + micros(condition.silence.lasts), np.append(at[1:], EVER)[: at.size])
    if condition.sequence is not None:
        first, then = next(moments), next(moments)
        after = then[follows(first, then, micros(condition.sequence.within))]
        return Spans.of(after, after + micros(condition.sequence.holds))
    return None


def crowded(at: Moments, least: int, within: int) -> Spans:
    """Return when the last `within` microseconds held so many facts: from the one that makes them so many."""
    if at.size < least:
        return Spans.none()
    return Spans.of(at[least - 1 :], at[: at.size - least + 1] + within)


def follows(first: Moments, then: Moments, within: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Tell of each second fact whether a first one was there before it, at most `within` microseconds ago."""
    before = np.searchsorted(first, then, side="left")  # how many are earlier
    found = before > 0
    found[found] &= then[found] - first[before[found] - 1] <= within
    return found
