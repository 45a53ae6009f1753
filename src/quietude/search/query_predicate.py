"""A tree as a yes or no on one analysed text: for the percolator, and as the plain truth that engines are held to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from rapidfuzz.distance import OSA

from quietude.model.event import Event
from quietude.model.filter.predicate import matches
from quietude.model.filter.question import Filter
from quietude.search.analysis import Language, analyser
from quietude.search.query_tree import FIELDS, All, AnyOf, Condition, Fuzzy, Node, Not, Phrase, Prefix, Term


@dataclass(frozen=True, slots=True)
class Analysed:
    """One fact or document as it is judged."""

    terms: frozenset[str]
    """Of all fields."""
    runs: Mapping[str, str]
    """Field → its terms in order with one blank around each: a phrase is a part of it."""
    fact: Event | None
    """What conditions are judged on; None for what has only texts, and no condition holds there."""


Predicate: TypeAlias = Callable[[Analysed], bool]


def analysed(texts: Mapping[str, str | None], fact: Event | None = None, language: Language = "fr") -> Analysed:
    """Return texts, by field, as they are judged."""
    memory = analyser(language)
    runs = {name: memory.terms(text).split() for name, text in texts.items() if text}
    found = frozenset(term for run in runs.values() for term in run)
    return Analysed(found, {name: f" {' '.join(run)} " for name, run in runs.items()}, fact)


def analysed_fact(fact: Event, language: Language = "fr") -> Analysed:
    """Return a fact as it is judged."""
    return analysed({name: getattr(fact, name) for name in FIELDS}, fact, language)


def predicate(node: Node) -> Predicate:
    """Return what tells whether an analysed text is what a tree asks for."""
    if isinstance(node, Condition | Not):
        return _condition(node.question) if isinstance(node, Condition) else _refused(node.of)
    if isinstance(node, All | AnyOf):
        return _every(node) if isinstance(node, All) else _either(node)
    if isinstance(node, Prefix | Fuzzy):
        return _begins(node) if isinstance(node, Prefix) else _resembles(node)
    return _sequence(node)


def _condition(question: Filter) -> Predicate:
    return lambda text: text.fact is not None and matches(question, text.fact)


def _refused(node: Node) -> Predicate:
    inner = predicate(node)
    return lambda text: not inner(text)


def _parted(nodes: tuple[Node, ...]) -> tuple[frozenset[str], tuple[Predicate, ...]]:
    """Return the terms that may stand in any field, which are judged together at once, and the judges of the rest."""
    bare = frozenset(node.term for node in nodes if isinstance(node, Term) and node.field is None)
    rest = tuple(predicate(node) for node in nodes if not (isinstance(node, Term) and node.field is None))
    return bare, rest


def _every(node: All) -> Predicate:
    needed, rest = _parted(node.of)
    if not rest:
        return lambda text: needed <= text.terms
    if len(rest) == 1:
        (last,) = rest
        return lambda text: needed <= text.terms and last(text)
    return lambda text: needed <= text.terms and all(holds(text) for holds in rest)


def _either(node: AnyOf) -> Predicate:
    welcome, rest = _parted(node.of)
    if not rest:
        return lambda text: not welcome.isdisjoint(text.terms)
    return lambda text: not welcome.isdisjoint(text.terms) or any(holds(text) for holds in rest)


def _sequence(leaf: Term | Phrase) -> Predicate:
    terms = (leaf.term,) if isinstance(leaf, Term) else leaf.terms
    needed, where = frozenset(terms), leaf.field
    run = f" {' '.join(terms)} "
    if where is not None:
        return lambda text: needed <= text.terms and run in text.runs.get(where, "")
    if len(terms) == 1:
        return lambda text: terms[0] in text.terms
    return lambda text: needed <= text.terms and any(run in found for found in text.runs.values())


def _begins(leaf: Prefix) -> Predicate:
    # One look through the run is quicker than one for each of its terms.
    start, term, run, where = f" {leaf.start}", leaf.term, f" {leaf.term} ", leaf.field
    if where is not None:
        return lambda text: start in (found := text.runs.get(where, "")) or run in found
    return lambda text: term in text.terms or any(start in found for found in text.runs.values())


def _resembles(leaf: Fuzzy) -> Predicate:
    wanted, edits, where = leaf.term, leaf.edits, leaf.field

    def suits(term: str) -> bool:
        return OSA.distance(wanted, term, score_cutoff=edits) <= edits

    if where is None:
        return lambda text: any(map(suits, text.terms))
    return lambda text: any(map(suits, text.runs.get(where, "").split()))
