"""From a question and a reader's rights to a query of the index of documents.

Words are looked for where the reader may read them. Conditions that no document has (a nature, a zone, a severity)
find none: a document is no fact.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime

import tantivy

from quietude.model.event import Sensitivity
from quietude.model.filter.question import Choice, Filter
from quietude.search.building import all_of_them, any_of_them, leaf_query, none_of_them, one_of, weighed
from quietude.search.fields import NONE, day_number
from quietude.search.papers import ANYWHERE, KEY, RIGHT_OF, TEXT, Way
from quietude.search.query_tree import All, AnyOf, Condition, Fuzzy, Node, Not, Phrase, Prefix, Term

WORTH = {"title": 2.0, "tags": 1.5}  # a word of the title says what a document is about, one of its text may not
"""What a word counts by where it stands; 1 elsewhere. However rare it is: rarity is made of others' documents too."""
MORE = 0.1  # of a second place: better than one, less than a better place
OURS = frozenset({"since", "until", "sources", "sensitivities", "regimes"})
"""Conditions of a filter that documents have too."""
_CHOICES = (("sources", "source"), ("sensitivities", "sensitivity"), ("regimes", "regime"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Of:
    """Conditions that only documents have; each "" for any."""

    kind: str = ""
    tag: str = ""
    """Found only where titles are open, as the word is."""
    service: str = ""


ANY = Of()


def foreign(question: Filter) -> Filter:
    """Return the conditions of a filter that no document meets."""
    said = {item.name: getattr(Filter(), item.name) for item in fields(Filter) if item.name in OURS}
    return replace(question, **said)


@dataclass(frozen=True, slots=True)
class PaperCompiler:
    """Compiles for one reader."""

    schema: tantivy.Schema
    ways: Sequence[Way]
    without: Collection[int] = ()
    """Keys of documents that changed since: what the index says of them holds no more."""

    def query(self, conditions: Filter, words: Node | None, of: Of) -> tantivy.Query:
        """Return the query of all that is asked, rights included: they don't count in the score."""
        parts = [weighed(part, 0.0) for part in (self.visible(), self.asked(conditions), self.own(of))]
        if words is not None:
            parts.append(self.words(words))
        return all_of_them(parts)

    def visible(self) -> tantivy.Query:
        """Return the condition that a document exists for the reader."""
        found = all_of_them([one_of(self.schema, "what", ["document"]), self.opened(None)])
        if not self.without:
            return found
        stale = one_of(self.schema, KEY, [str(key) for key in sorted(self.without)])
        return all_of_them([found, none_of_them(stale)])

    def opened(self, right: str | None) -> tantivy.Query:
        """Return the condition that a document, or its title or text, is open to the reader."""
        return any_of_them([self._way(way, right) for way in self.ways])

    def _way(self, way: Way, right: str | None) -> tantivy.Query:
        is_masked = right in way.masked
        public = way.sensitivities & {Sensitivity.PUBLIC.value}
        parts = [
            one_of(self.schema, "sensitivity", sorted(public if is_masked else way.sensitivities)),
            one_of(self.schema, "regime", sorted(way.regimes)),
            *self._choice(way.sources, "source"),
            one_of(self.schema, "only", [NONE, *sorted(way.member_of)]),
        ]
        if way.services is not None:
            named = one_of(self.schema, "only", sorted(way.services))
            parts.append(any_of_them([one_of(self.schema, "service", sorted(way.services)), named]))
        return all_of_them(parts)

    def asked(self, question: Filter) -> tantivy.Query:
        """Return the query of the conditions of a filter."""
        if not foreign(question).is_open:
            return tantivy.Query.empty_query()
        low = _first_day(question.since)
        high = _last_day(question.until)
        parts = [part for name, field in _CHOICES for part in self._choice(getattr(question, name), field)]
        if low is not None or high is not None:
            parts.append(tantivy.Query.range_query(self.schema, "day", tantivy.FieldType.Integer, low, high))
        return all_of_them(parts)

    def own(self, of: Of) -> tantivy.Query:
        """Return the query of the conditions that only documents have."""
        said = (("kind", of.kind), ("service", of.service))
        parts = [one_of(self.schema, name, [value]) for name, value in said if value]
        if of.tag:
            parts += [one_of(self.schema, "tag", [of.tag]), self.opened(RIGHT_OF["tags"])]
        return all_of_them(parts)

    def words(self, node: Node) -> tantivy.Query:
        """Return the query of a tree of words, each looked for where the reader may read it."""
        match node:
            case All(of):
                return all_of_them([self.words(inner) for inner in of])
            case AnyOf(of):
                return tantivy.Query.disjunction_max_query([self.words(inner) for inner in of], MORE)
            case Not(inner):
                return none_of_them(self.words(inner))
            case Condition(question):
                return weighed(self.asked(question), 0.0)
            case _:
                names = (node.field,) if node.field is not None else ANYWHERE
                known = [self._leaf(node, name) for name in names if name in RIGHT_OF]
                return tantivy.Query.disjunction_max_query(known, MORE) if known else tantivy.Query.empty_query()

    def _leaf(self, leaf: Term | Phrase | Prefix | Fuzzy, name: str) -> tantivy.Query:
        query = weighed(leaf_query(self.schema, leaf, name), WORTH.get(name, 1.0))
        right = RIGHT_OF[name]
        if right is None or not any(right in way.masked for way in self.ways):
            return query
        return all_of_them([query, weighed(self.opened(right), 0.0)])

    def keyed(self, keys: Sequence[int]) -> tantivy.Query:
        """Return the query of some documents and of their pages."""
        return one_of(self.schema, KEY, [str(key) for key in keys])

    def pages(self, node: Node | None, keys: Sequence[int]) -> tantivy.Query | None:
        """Return the query of the pages of documents that hold any of the words; None where no word is of a page."""
        found = [weighed(leaf_query(self.schema, leaf, "page_text"), 1.0) for leaf in page_leaves(node)]
        if not found or not keys:
            return None
        of = [self.keyed(keys), one_of(self.schema, "what", ["page"])]
        return all_of_them([any_of_them(found), *(weighed(part, 0.0) for part in of)])

    def _choice(self, choice: Choice, name: str) -> list[tantivy.Query]:
        found = [one_of(self.schema, name, list(choice.any_of))] if choice.any_of else []
        return [*found, *([none_of_them(one_of(self.schema, name, list(choice.none_of)))] if choice.none_of else [])]


def page_leaves(node: Node | None) -> list[Term | Phrase | Prefix | Fuzzy]:
    """Return the words of a tree that may stand on a page, without those that are refused."""
    match node:
        case All(of) | AnyOf(of):
            return [leaf for inner in of for leaf in page_leaves(inner)]
        case Term() | Phrase() | Prefix() | Fuzzy() if node.field in {None, TEXT, "place_label", "order_number"}:
            return [node]
        case _:
            return []


def _first_day(since: date | datetime | None) -> int | None:
    return None if since is None else day_number(since.date() if isinstance(since, datetime) else since)


def _last_day(until: date | datetime | None) -> int | None:
    return None if until is None else day_number(until.date() if isinstance(until, datetime) else until)
