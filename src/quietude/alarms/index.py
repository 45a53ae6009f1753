"""Which scopes of which rules hold a fact: looked up by category, zone and source; ten thousand are not asked each.

What two facts alike in source, category, zones, severity and the like are held by is found once: a town has some
thousand such kinds of facts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace
from functools import cached_property
from itertools import product
from typing import Any

import polars as pl

from quietude.alarms.compiled import Compiled
from quietude.model.event import ZONE_PREFIX, Event, event_of
from quietude.model.filter.predicate import matches
from quietude.model.filter.question import ABSENT, Filter

Zone = tuple[str, str]
Key = tuple[str | None, Zone | None, str | None]
Place = tuple[int, int]
"""Number of the rule, number of its scope."""
KEYS_MOST = 64
"""A scope that names more is looked up by less: whoever names a hundred zones is asked at every fact."""


KIND = ("source", "category", "severity", "status", "origin", "reality", "regime", "sensitivity")
"""Columns that say of what kind a fact is, besides its flags and zones."""
OF_KIND = frozenset(
    {"sources", "categories", "zones", "severity_from", "severity_to", "statuses", "origins", "realities", "regimes",
     "sensitivities", "flags"}
)  # fmt: skip
"""Conditions of a question that only the kind of a fact answers."""
KINDS_MOST = 50_000
Held = tuple[tuple[Place, ...], tuple[Place, ...]]
"""Scopes that hold every fact of a kind, and those that hold some of them."""


class Index:
    """Finds the scopes that hold a fact. Each is filed under what it cannot do without: category, zone, source."""

    def __init__(self, rules: Sequence[Compiled]) -> None:
        self._rules = rules
        self._filed: dict[Key, list[Place]] = defaultdict(list)
        for number, each in enumerate(rules):
            for leaf, question in enumerate(each.leaves):
                for key in _keys(each.whole, question):
                    self._filed[key].append((number, leaf))
        self._shapes = sorted({tuple(part is not None for part in key) for key in self._filed})
        self._by_kind: dict[tuple[Any, ...], Held] = {}

    def holding(self, event: Event) -> set[Place]:
        """Return the scopes that hold a fact."""
        asked = {place for key in self._asked(event) for place in self._filed.get(key, ())}
        return {place for place in asked if self._holds(place, event)}

    def held(self, facts: pl.DataFrame) -> Iterator[tuple[int, Sequence[Place]]]:
        """Yield of each row the scopes that hold it; `facts` has the columns of `event_schema`."""
        zones = [name for name in facts.columns if name.startswith(ZONE_PREFIX)]
        kinds = facts.select(*KIND, *zones, pl.col("flags").list.join("\n").fill_null(""))
        for number, kind in enumerate(kinds.iter_rows()):
            found = self._by_kind.get(kind)
            if found is None:
                found = self._found(kind, facts.row(number, named=True))
            always, perhaps = found
            if perhaps:
                event = event_of(facts.row(number, named=True))
                yield number, (*always, *(place for place in perhaps if self._holds(place, event)))
            elif always:
                yield number, always

    def _found(self, kind: tuple[Any, ...], row: Mapping[str, Any]) -> Held:
        event = event_of(row)
        asked = sorted({place for key in self._asked(event) for place in self._filed.get(key, ())})
        held = [place for place in asked if all(matches(question, event) for question in self._of_kind[place])]
        found = (
            tuple(place for place in held if self._is_of_kind[place]),
            tuple(place for place in held if not self._is_of_kind[place]),
        )
        if len(self._by_kind) >= KINDS_MOST:
            self._by_kind.clear()
        self._by_kind[kind] = found
        return found

    @cached_property
    def _of_kind(self) -> dict[Place, tuple[Filter, Filter]]:
        """Return of each scope the part that the kind of a fact answers."""
        return {place: (_of_kind(whole), _of_kind(leaf)) for place, whole, leaf in self._questions()}

    @cached_property
    def _is_of_kind(self) -> dict[Place, bool]:
        return {place: (whole, leaf) == self._of_kind[place] for place, whole, leaf in self._questions()}

    def _questions(self) -> Iterator[tuple[Place, Filter, Filter]]:
        for number, each in enumerate(self._rules):
            for leaf, question in enumerate(each.leaves):
                yield (number, leaf), each.whole, question

    def _asked(self, event: Event) -> Iterator[Key]:
        categories = _prefixes(event.category)
        zones = [(level, code if code is not None else ABSENT) for level, code in event.zones.items()]
        for by_category, by_zone, by_source in self._shapes:
            yield from product(
                categories if by_category else (None,),
                zones if by_zone else (None,),
                (event.source,) if by_source else (None,),
            )

    def _holds(self, place: Place, event: Event) -> bool:
        number, leaf = place
        each = self._rules[number]
        question = each.leaves[leaf]
        return matches(each.whole, event) and (question == EVERYTHING or matches(question, event))


EVERYTHING = Filter()


def _of_kind(question: Filter) -> Filter:
    """Return a question without what another fact of the same kind may answer otherwise."""
    none = Filter()
    return replace(question, **{
        each.name: getattr(none, each.name) for each in fields(Filter) if each.name not in OF_KIND
    })  # fmt: skip


def _prefixes(category: str | None) -> list[str]:
    """Return a code and all above it: a scope that names one of them holds the code."""
    if category is None:
        return [ABSENT]
    parts = category.split(".")
    return [".".join(parts[: n + 1]) for n in range(len(parts))]


def _keys(whole: Filter, leaf: Filter) -> Iterator[Key]:
    """Return what a scope is filed under: whatever it holds has one of these."""
    categories: Sequence[str | None] = leaf.categories.any_of or whole.categories.any_of or (None,)
    zones: Sequence[Zone | None] = leaf.zones.any_of or whole.zones.any_of or (None,)
    sources: Sequence[str | None] = leaf.sources.any_of or whole.sources.any_of or (None,)
    if len(categories) * len(zones) * len(sources) > KEYS_MOST:
        zones = (None,) if len(zones) > 1 else zones
    if len(categories) * len(sources) > KEYS_MOST:
        categories, sources = (None,), (None,)
    yield from product(categories, zones, sources)
