"""Which saved searches a new fact answers: each is filed under what it cannot do without, and only a few are tried.

Who may know of the fact is not judged here: whoever rings asks again with the owner's rights at that moment.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import TypeAlias

from quietude.model.event import Event
from quietude.model.filter.predicate import matches
from quietude.model.filter.question import ABSENT, Choice, Filter, ZoneChoice
from quietude.search.query import Search
from quietude.search.query_predicate import Analysed, Predicate, predicate
from quietude.search.query_tree import All, AnyOf, Node, Phrase, Prefix, Term

Key: TypeAlias = tuple[str, str]
"""Kind and value of what a fact has or has not: a term, a beginning of one, a category, a zone or a source."""

KINDS = ("term", "prefix", "category", "zone", "source")

SHARE_OF_CHOICE = 0.05  # of all facts have one given category, zone or source, as an order of magnitude
SHARE_OF_PREFIX = 0.01  # of all facts have a term with one given beginning


@dataclass(frozen=True, slots=True)
class _Filed:
    name: str
    keys: tuple[Key, ...]
    needed: frozenset[str]
    """Terms without which nothing is an answer: one look at them refuses most texts."""
    holds: Predicate


@dataclass(frozen=True, slots=True)
class _Handle:
    """Keys one of which every answer has, and how many answers of a hundred thousand texts that lets through."""

    keys: tuple[Key, ...]
    cost: float


class Percolator:
    """Saved searches, ready to be tried on facts that come in. Names are the caller's, each once."""

    def __init__(self, frequencies: Mapping[str, int], documents: int) -> None:
        """Take how many texts each term is in, of how many; what isn't known counts as rare."""
        self._frequencies = frequencies
        self._documents = max(documents, 1)
        self._by_key: dict[str, dict[str, dict[str, _Filed]]] = {kind: {} for kind in KINDS}
        self._starts: Counter[int] = Counter()
        self._always: dict[str, _Filed] = {}
        self._filed: dict[str, _Filed] = {}

    def __len__(self) -> int:
        """Return how many searches are filed."""
        return len(self._filed)

    @property
    def always_tried(self) -> int:
        """Return how many searches nothing is required by: each costs a trial per fact."""
        return len(self._always)

    def add(self, name: str, search: Search) -> None:
        """File a search; one of the same name is replaced."""
        self.remove(name)
        handles = [*_of_conditions(search.conditions, self._documents)]
        words = self._of_node(search.words) if search.words is not None else None
        best = min([*handles, *([words] if words is not None else [])], key=lambda handle: handle.cost, default=None)
        filed = _Filed(name, best.keys if best is not None else (), _needed(search.words), _judge(search))
        self._filed[name] = filed
        for kind, value in filed.keys:
            self._by_key[kind].setdefault(value, {})[name] = filed
            self._starts[len(value)] += kind == "prefix"
        if best is None:
            self._always[name] = filed

    def remove(self, name: str) -> None:
        """Forget a search; nothing happens where there is none of that name."""
        filed = self._filed.pop(name, None)
        self._always.pop(name, None)
        for kind, value in filed.keys if filed is not None else ():
            self._by_key[kind][value].pop(name)
            self._starts[len(value)] -= kind == "prefix"
            if not self._by_key[kind][value]:
                del self._by_key[kind][value]

    def matching(self, text: Analysed) -> list[str]:
        """Return the names of the searches that a text answers, sorted."""
        found = [filed.name for filed in self._always.values() if filed.holds(text)]
        terms = text.terms
        for kind, values in self._values_of(text):
            table = self._by_key[kind]
            for value in table.keys() & values:
                found += [filed.name for filed in table[value].values() if filed.needed <= terms and filed.holds(text)]
        return sorted(set(found))

    def _values_of(self, text: Analysed) -> Iterator[tuple[str, AbstractSet[str]]]:
        yield "term", text.terms
        for length in (length for length, count in self._starts.items() if count):
            yield "prefix", {term[:length] for term in text.terms if len(term) >= length}
        fact = text.fact
        if fact is not None:
            yield "source", {fact.source}
            parts = fact.category.split(".") if fact.category is not None else []
            yield "category", {".".join(parts[:depth]) for depth in range(1, len(parts) + 1)}
            yield "zone", {f"{level}:{code}" for level, code in fact.zones.items() if code is not None}

    def _of_node(self, node: Node) -> _Handle | None:
        if isinstance(node, Term):
            return _Handle((("term", node.term),), self._frequencies.get(node.term, 0))
        if isinstance(node, Phrase):
            rarest = min(node.terms, key=lambda term: self._frequencies.get(term, 0))
            return _Handle((("term", rarest),), self._frequencies.get(rarest, 0))
        if isinstance(node, Prefix):
            keys = (("prefix", node.start), ("term", node.term))
            return _Handle(keys, SHARE_OF_PREFIX * self._documents)
        if isinstance(node, All):
            handles = [handle for inner in node.of if (handle := self._of_node(inner)) is not None]
            return min(handles, key=lambda handle: handle.cost, default=None)
        return self._of_choice(node) if isinstance(node, AnyOf) else None

    def _of_choice(self, node: AnyOf) -> _Handle | None:
        handles: list[_Handle] = []
        for inner in node.of:
            handle = self._of_node(inner)
            if handle is None:
                return None
            handles.append(handle)
        keys = dict.fromkeys(key for handle in handles for key in handle.keys)
        return _Handle(tuple(keys), sum(handle.cost for handle in handles))


def _of_conditions(question: Filter, documents: int) -> Iterator[_Handle]:
    zones = question.zones.any_of
    choices: tuple[tuple[Iterable[Key], bool], ...] = (
        ((("category", code) for code in question.categories.any_of), ABSENT in question.categories.any_of),
        ((("zone", f"{level}:{code}") for level, code in zones), any(code == ABSENT for _, code in zones)),
        ((("source", code) for code in question.sources.any_of), False),
    )
    for keys, asks_for_none in choices:
        found = tuple(keys)
        if found and not asks_for_none:
            yield _Handle(found, SHARE_OF_CHOICE * documents * len(found))


def _needed(node: Node | None) -> frozenset[str]:
    if isinstance(node, All):
        return frozenset().union(*map(_needed, node.of))
    if isinstance(node, Term | Phrase):
        return frozenset(node.terms if isinstance(node, Phrase) else (node.term,))
    return frozenset()


def _judge(search: Search) -> Predicate:
    """Return the predicate of a whole search: its words first, which refuse most."""
    words = predicate(search.words) if search.words is not None else None
    question = search.conditions
    if question.is_open:
        return words if words is not None else _anything
    is_plausible = _quick(question)
    rest = replace(
        question,
        sources=Choice(none_of=question.sources.none_of),
        categories=Choice(none_of=question.categories.none_of),
        zones=ZoneChoice(none_of=question.zones.none_of),
        severity_from=None,
        severity_to=None,
    )
    has_rest = not rest.is_open or _asks_for_none(question)

    def suits(text: Analysed) -> bool:
        fact = text.fact
        return fact is not None and is_plausible(fact) and (not has_rest or matches(question, fact))

    return suits if words is None else lambda text: words(text) and suits(text)


def _anything(_: Analysed) -> bool:
    return True


def _asks_for_none(question: Filter) -> bool:
    return ABSENT in question.categories.any_of or any(code == ABSENT for _, code in question.zones.any_of)


def _quick(question: Filter) -> Callable[[Event], bool]:
    """Return a cheap judge of the commonest conditions, each stated once; the rarer ones are judged by the filter."""
    conditions: list[Callable[[Event], bool]] = []
    sources, zones = frozenset(question.sources.any_of), frozenset(question.zones.any_of)
    starts = tuple(f"{code}." for code in question.categories.any_of)
    lowest, highest = question.severity_from, question.severity_to
    if sources:
        conditions.append(lambda fact: fact.source in sources)
    if starts and not _asks_for_none(question):
        conditions.append(lambda fact: fact.category is not None and f"{fact.category}.".startswith(starts))
    if zones and not _asks_for_none(question):
        conditions.append(lambda fact: not zones.isdisjoint(fact.zones.items()))
    if lowest is not None:
        conditions.append(lambda fact: fact.severity >= lowest)
    if highest is not None:
        conditions.append(lambda fact: fact.severity <= highest)
    if len(conditions) == 1:
        return conditions[0]
    if len(conditions) == 2:
        first, second = conditions
        return lambda fact: first(fact) and second(fact)
    return lambda fact: all(holds(fact) for holds in conditions)
