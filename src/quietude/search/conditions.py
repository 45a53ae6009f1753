"""From a question and a reader's rights to a query of the index: the same facts as the store would list.

A condition on a column that some grants mask holds where the reader may read the column; elsewhere it is answered as
of a fact without a value. What groups of values cannot say (circles, outlines, parts of words) is asked of the store.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import tantivy

from quietude.model.event import zone_column
from quietude.model.filter.geometry import bounds_of_box
from quietude.model.filter.question import ABSENT, Choice, Filter
from quietude.model.rights import masked_columns
from quietude.model.viewer import Grant, Viewer
from quietude.search.fields import NONE, day_number, flag_term, microseconds
from quietude.search.query_tree import (
    FIELDS,
    ONLY_DOCUMENTS,
    All,
    AnyOf,
    Condition,
    Fuzzy,
    Node,
    Not,
    Phrase,
    Prefix,
    Term,
)

WORTH = {"title": 2.0, "place_label": 1.5}  # a word of the title says what a fact is about, one of its text may not
"""What a word counts by where it stands; 1 elsewhere. The same in every year and however often others' facts have it:
weights by rarity (BM25) differ from year to year, so that of equal hits an older one came first, and are made of facts
that the reader may not know of."""
MORE = 0.1  # of a second place, or a second one of several words of a choice: better than one, less than a better place
Uids = Callable[[Viewer, Filter], Sequence[str]]
"""Returns the uids of the facts that a reader would list for a question: what the index cannot judge alone."""

_CHOICES = (
    ("sources", "source"),
    ("statuses", "status"),
    ("origins", "origin"),
    ("realities", "reality"),
    ("regimes", "regime"),
    ("sensitivities", "sensitivity"),
)
_SYSTEM = Viewer.system("search")
_Must, _Should, _MustNot = tantivy.Occur.Must, tantivy.Occur.Should, tantivy.Occur.MustNot


@dataclass(frozen=True, slots=True)
class _Stated:
    """One condition, the columns it is judged by, and whether a fact without values there meets it."""

    columns: tuple[str, ...]
    query: tantivy.Query
    on_null: bool = False


@dataclass
class Compiler:
    """Compiles for one reader. Not kept between questions: what the store answers changes."""

    schema: tantivy.Schema
    viewer: Viewer
    uids: Uids
    masked: frozenset[str] = field(init=False)
    _rights: dict[frozenset[Grant], tantivy.Query] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.masked = masked_columns(self.viewer)

    def query(self, conditions: Filter, words: Node | None) -> tantivy.Query:
        """Return the query of all that is asked, rights included: they don't count in the score."""
        parts = [self.visible(), *self._asked(conditions)]
        made = [(_Must, tantivy.Query.const_score_query(part, 0.0)) for part in parts]
        if words is not None:
            made.append((_Must, self.words(words)))
        return tantivy.Query.boolean_query(made)

    def visible(self) -> tantivy.Query:
        """Return the condition that a fact exists for the reader."""
        return self._admitted(self.viewer.grants)

    def readable(self, column: str) -> tantivy.Query | None:
        """Return the condition that the reader may read a column of a fact; None where they may of all of theirs."""
        if column not in self.masked:
            return None
        return self._admitted(tuple(grant for grant in self.viewer.grants if column not in grant.masked))

    def words(self, node: Node) -> tantivy.Query:
        """Return the query of a tree of words, each looked for where the reader may read."""
        match node:
            case Term() | Phrase() | Prefix() | Fuzzy() if node.field in ONLY_DOCUMENTS:
                return tantivy.Query.empty_query()
            case All(of):
                return _all([self.words(inner) for inner in of])
            case AnyOf(of):
                return tantivy.Query.disjunction_max_query([self.words(inner) for inner in of], MORE)
            case Not(inner):
                return _none_of(self.words(inner))
            case Condition(question):
                return tantivy.Query.const_score_query(_all(self._asked(question)), 0.0)
            case _:
                names = (node.field,) if node.field is not None else FIELDS
                return tantivy.Query.disjunction_max_query([self._leaf(node, name) for name in names], MORE)

    def _leaf(self, leaf: Term | Phrase | Prefix | Fuzzy, name: str) -> tantivy.Query:
        query = tantivy.Query.const_score_query(_of_leaf(self.schema, leaf, name), WORTH.get(name, 1.0))
        readable = self.readable(name)
        if readable is None:
            return query
        return tantivy.Query.boolean_query([(_Must, query), (_Must, tantivy.Query.const_score_query(readable, 0.0))])

    def _admitted(self, grants: tuple[Grant, ...]) -> tantivy.Query:
        key = frozenset(grants)
        if key not in self._rights:
            self._rights[key] = _any([self._grant(grant) for grant in dict.fromkeys(grants)])
        return self._rights[key]

    def _grant(self, grant: Grant) -> tantivy.Query:
        common = [
            self._one_of("sensitivity", [each.value for each in grant.sensitivities]),
            self._one_of("regime", [each.value for each in grant.regimes]),
        ]
        return _all([*common, *(stated.query for stated in self._stated(grant.rows, _SYSTEM))])

    def _asked(self, question: Filter) -> list[tantivy.Query]:
        return [self._as_read(stated) for stated in self._stated(question, self.viewer)]

    def _as_read(self, stated: _Stated) -> tantivy.Query:
        readable = [query for name in stated.columns if (query := self.readable(name)) is not None]
        if not readable:
            return stated.query
        seen = _all([stated.query, *readable])
        return _any([seen, _none_of(_all(readable))]) if stated.on_null else seen

    def _stated(self, question: Filter, viewer: Viewer) -> Iterator[_Stated]:
        yield from self._period(question)
        yield from self._choices(question)
        yield from self._numbers(question)
        yield from self._exact(question, viewer)

    def _period(self, question: Filter) -> Iterator[_Stated]:
        since, until = question.since, question.until
        if isinstance(since, datetime):
            yield _Stated(("occurred_from",), self._between("occurred_us", microseconds(since), None))
        elif since is not None:
            yield _Stated(("day",), self._between("day", day_number(since), None))
        if isinstance(until, datetime):
            yield _Stated(("occurred_from",), self._between("occurred_us", None, microseconds(until) - 1))
        elif until is not None:
            yield _Stated(("day",), self._between("day", None, day_number(until)))
        if question.hours:
            yield _Stated(("hour_of_week",), self._one_of("hour", list(map(str, question.hours))))
        if question.weekdays:
            yield _Stated(("day", "time_precision"), self._one_of("weekday", list(map(str, question.weekdays))))

    def _choices(self, question: Filter) -> Iterator[_Stated]:
        for attribute, name in _CHOICES:
            yield from self._choice(getattr(question, attribute), name, name)
        yield from self._choice(question.categories, "under", "category")
        flags = question.flags
        for values, refuses in ((flags.any_of, False), (flags.none_of, True)):
            if values:
                held = self._one_of("flags", [flag_term(value) for value in values])
                yield _Stated(("flags",), _none_of(held) if refuses else held, refuses)
        for pairs, refuses in ((question.zones.any_of, False), (question.zones.none_of, True)):
            if pairs:
                columns = tuple(dict.fromkeys(zone_column(level) for level, _ in pairs))
                inside = _any([self._one_of(zone_column(level), [_value(code)]) for level, code in pairs])
                has_absent = any(code == ABSENT for _, code in pairs)
                yield _Stated(columns, _none_of(inside) if refuses else inside, has_absent is not refuses)

    def _choice(self, choice: Choice, name: str, column: str) -> Iterator[_Stated]:
        if choice.any_of:
            yield _Stated((column,), self._one_of(name, list(map(_value, choice.any_of))), ABSENT in choice.any_of)
        if choice.none_of:
            held = self._one_of(name, list(map(_value, choice.none_of)))
            yield _Stated((column,), _none_of(held), ABSENT not in choice.none_of)

    def _numbers(self, question: Filter) -> Iterator[_Stated]:
        low, high = question.severity_from, question.severity_to
        if low is not None or high is not None:
            wanted = [str(value) for value in range(low or 1, (high or 5) + 1)]
            yield _Stated(("severity",), self._one_of("severity", wanted))
        if question.is_located is not None:
            located = self._one_of("located", ["yes" if question.is_located else "no"])
            yield _Stated(("lon_deg", "lat_deg"), located, not question.is_located)
        if question.box is not None:
            bounds = bounds_of_box(question.box)
            yield _Stated(
                ("lon_deg", "lat_deg"),
                _all(
                    [
                        self._within("lon_deg", bounds.west_deg, bounds.east_deg),
                        self._within("lat_deg", bounds.south_deg, bounds.north_deg),
                    ]
                ),
            )

    def _exact(self, question: Filter, viewer: Viewer) -> Iterator[_Stated]:
        """Yield what the store judges, masks included where the reader's own question is meant."""
        wanted = [Filter(near=question.near), Filter(polygon=question.polygon), Filter(ids=question.ids)]
        wanted += [Filter(words=(word,)) for word in question.words]
        for part in wanted:
            if not part.is_open:
                yield _Stated((), self._of_store(viewer, part))
        for word in question.without_words:
            yield _Stated((), _none_of(self._of_store(viewer, Filter(words=(word,)))))

    def _of_store(self, viewer: Viewer, part: Filter) -> tantivy.Query:
        found = list(self.uids(viewer, part))
        return tantivy.Query.term_set_query(self.schema, "uid", found) if found else tantivy.Query.empty_query()

    def _one_of(self, name: str, values: list[str]) -> tantivy.Query:
        if len(values) == 1:
            return tantivy.Query.term_query(self.schema, name, values[0], "basic")
        return tantivy.Query.term_set_query(self.schema, name, values) if values else tantivy.Query.empty_query()

    def _between(self, name: str, low: int | None, high: int | None) -> tantivy.Query:
        return tantivy.Query.range_query(self.schema, name, tantivy.FieldType.Integer, low, high)

    def _within(self, name: str, low: float, high: float) -> tantivy.Query:
        return tantivy.Query.range_query(self.schema, name, tantivy.FieldType.Float, low, high)


def unscored(query: tantivy.Query) -> tantivy.Query:
    """Return a query that says only yes or no."""
    return tantivy.Query.const_score_query(query, 0.0)


def _value(value: str) -> str:
    return NONE if value == ABSENT else value


def _of_leaf(schema: tantivy.Schema, leaf: Term | Phrase | Prefix | Fuzzy, name: str) -> tantivy.Query:
    match leaf:
        case Term(term, _):
            return tantivy.Query.term_query(schema, name, term)
        case Phrase(terms, _):
            words: list[Any] = list(terms)
            return tantivy.Query.phrase_query(schema, name, words)
        case Prefix(start, term, _):
            begun = tantivy.Query.regex_query(schema, name, f"{_escaped(start)}.*")
            return _any([begun, tantivy.Query.term_query(schema, name, term)])
        case Fuzzy(term, edits, _):
            return tantivy.Query.fuzzy_term_query(schema, name, term, edits, transposition_cost_one=True)


def _escaped(letters: str) -> str:
    return "".join(letter if letter.isalnum() else f"\\{letter}" for letter in letters)


def _all(queries: Iterable[tantivy.Query]) -> tantivy.Query:
    found = list(queries)
    if len(found) == 1:
        return found[0]
    return tantivy.Query.boolean_query([(_Must, query) for query in found]) if found else tantivy.Query.all_query()


def _any(queries: Iterable[tantivy.Query]) -> tantivy.Query:
    found = list(queries)
    if len(found) == 1:
        return found[0]
    return tantivy.Query.boolean_query([(_Should, query) for query in found]) if found else tantivy.Query.empty_query()


def _none_of(query: tantivy.Query) -> tantivy.Query:
    return tantivy.Query.boolean_query([(_Must, unscored(tantivy.Query.all_query())), (_MustNot, query)])
