"""A question taken apart into its conditions, one a chip, and what is left when one is taken away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from quietude.model.filter.question import Choice, Filter, ZoneChoice

CHOICES = ("categories", "sources", "statuses", "origins", "realities", "regimes", "sensitivities", "flags")
LISTS = ("words", "without_words", "ids")
GROUPS = (
    ("weekdays",),
    ("hours",),
    ("is_located",),
    ("near",),
    ("box",),
    ("polygon",),
    ("severity_from", "severity_to"),
)
"""Fields that make one condition together."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of a question."""

    kind: str
    """Name of the field of `Filter`; "period" and "severity" for two."""
    part: Filter
    """The condition alone."""
    rest: Filter
    """The question without it."""
    is_exclusion: bool = False


def conditions(question: Filter) -> list[Condition]:
    """Return the conditions of a question, in the order of the chips: when, what, where, then the rest.

    Their parts, joined, are the question again.
    """
    return [*_period(question), *_choices(question), *_zones(question), *_groups(question), *_lists(question)]


def _period(question: Filter) -> Iterator[Condition]:
    if question.since is not None or question.until is not None:
        part = Filter(since=question.since, until=question.until)
        yield Condition("period", part, replace(question, since=None, until=None))


def _choices(question: Filter) -> Iterator[Condition]:
    for field in CHOICES:
        choice: Choice = getattr(question, field)
        for value in choice.any_of:
            left = Choice(tuple(other for other in choice.any_of if other != value), choice.none_of)
            yield Condition(field, _only(field, Choice(any_of=(value,))), _with(question, field, left))
        for value in choice.none_of:
            left = Choice(choice.any_of, tuple(other for other in choice.none_of if other != value))
            yield Condition(field, _only(field, Choice(none_of=(value,))), _with(question, field, left), True)


def _zones(question: Filter) -> Iterator[Condition]:
    zones = question.zones
    for pair in zones.any_of:
        left = ZoneChoice(tuple(other for other in zones.any_of if other != pair), zones.none_of)
        yield Condition("zones", Filter(zones=ZoneChoice(any_of=(pair,))), replace(question, zones=left))
    for pair in zones.none_of:
        left = ZoneChoice(zones.any_of, tuple(other for other in zones.none_of if other != pair))
        yield Condition("zones", Filter(zones=ZoneChoice(none_of=(pair,))), replace(question, zones=left), True)


def _groups(question: Filter) -> Iterator[Condition]:
    empty = Filter()
    for fields in GROUPS:
        if all(getattr(question, field) == getattr(empty, field) for field in fields):
            continue
        part = _fill(empty, {field: getattr(question, field) for field in fields})
        rest = _fill(question, {field: getattr(empty, field) for field in fields})
        yield Condition("severity" if len(fields) > 1 else fields[0], part, rest)


def _lists(question: Filter) -> Iterator[Condition]:
    for field in LISTS:
        values: tuple[str, ...] = getattr(question, field)
        for value in values:
            rest = _with(question, field, tuple(other for other in values if other != value))
            yield Condition(field, _only(field, (value,)), rest, field == "without_words")


def _only(field: str, value: object) -> Filter:
    return _fill(Filter(), {field: value})


def _with(question: Filter, field: str, value: object) -> Filter:
    return _fill(question, {field: value})


def _fill(question: Filter, values: dict[str, Any]) -> Filter:
    return replace(question, **values)
