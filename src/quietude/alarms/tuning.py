"""Changes of a rule that may make it ring less: each small, each to be tried on facts before it is believed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from quietude.alarms.compiled import Compiled
from quietude.alarms.rule import Condition, Rule
from quietude.alarms.window import LONGEST_WINDOW, length

HIGHER = (1, 2)
"""By how much more a count is raised: more would be another rule."""


@dataclass(frozen=True, slots=True)
class Tuning:
    """A rule with one value changed."""

    key: str
    """Key of the condition, such as `at_least`."""
    before: str
    after: str
    each: Compiled


def tunings(each: Compiled) -> tuple[Tuning, ...]:
    """Return a rule's changes that leave what it looks at as it is: higher counts, alarms that are held longer."""
    return tuple(_tunings(each))


def _tunings(each: Compiled) -> Iterator[Tuning]:
    for place, (condition, leaf, key) in enumerate(_values(each.rule.when)):
        held = getattr(getattr(condition, leaf), key)
        for after in _changed(held):
            when = _replaced(each.rule.when, place, after)
            changed = each.rule.model_copy(update={"when": when})
            yield Tuning(key, str(held), str(after), replace(each, rule=_bound(each.rule, changed)))


def _changed(held: int | str) -> list[int | str]:
    if isinstance(held, int):
        return [held + more for more in HIGHER]
    longer = 2 * length(held)
    return [_iso(longer)] if longer <= LONGEST_WINDOW else []


def _values(condition: Condition) -> Iterator[tuple[Condition, str, str]]:
    """Yield the values of a condition that can be tuned, in order."""
    for leaf, key in (("match", "holds"), ("count", "at_least"), ("sequence", "holds")):
        if getattr(condition, leaf) is not None:
            yield condition, leaf, key
    for each in condition.joined:
        yield from _values(each)


def _replaced(condition: Condition, place: int, after: int | str) -> Condition:
    """Return a condition with the value at a place of `_values` changed."""
    target, leaf, key = list(_values(condition))[place]

    def walk(one: Condition) -> Condition:
        if one is target:
            return one.model_copy(update={leaf: getattr(one, leaf).model_copy(update={key: after})})
        return one.model_copy(
            update={
                "all": tuple(map(walk, one.all)),
                "any": tuple(map(walk, one.any)),
                "negated": walk(one.negated) if one.negated is not None else None,
            }
        )

    return walk(condition)


def _bound(rule: Rule, changed: Rule) -> Rule:
    return changed.bind(name=rule.name, path=rule.path)


def _iso(span: timedelta) -> str:
    minutes, seconds = divmod(int(span.total_seconds()), 60)
    return f"PT{minutes}M" if not seconds else f"PT{minutes * 60 + seconds}S"
