"""Which scopes of which rules hold a fact: looked up by category, zone and source; ten thousand are not asked each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import product

from quietude.alarms.compiled import Compiled
from quietude.model.event import Event
from quietude.model.filter.predicate import matches
from quietude.model.filter.question import ABSENT, Filter

Zone = tuple[str, str]
Key = tuple[str | None, Zone | None, str | None]
Place = tuple[int, int]
"""Number of the rule, number of its scope."""
KEYS_MOST = 64
"""A scope that names more is looked up by less: whoever names a hundred zones is asked at every fact."""


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

    def holding(self, event: Event) -> set[Place]:
        """Return the scopes that hold a fact."""
        asked = {place for key in self._asked(event) for place in self._filed.get(key, ())}
        return {place for place in asked if self._holds(place, event)}

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
