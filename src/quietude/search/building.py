"""Queries of Tantivy put together: all of several, any of them, none, one of some values, a leaf of a tree of words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import tantivy

from quietude.search.query_tree import Fuzzy, Phrase, Prefix, Term

_Must, _Should, _MustNot = tantivy.Occur.Must, tantivy.Occur.Should, tantivy.Occur.MustNot


def weighed(query: tantivy.Query, worth: float) -> tantivy.Query:
    """Return a query that scores the same for each hit: a weight by rarity would tell of what others have."""
    return tantivy.Query.const_score_query(query, worth)


def all_of_them(queries: Iterable[tantivy.Query]) -> tantivy.Query:
    """Return what meets every query; without queries, everything."""
    found = list(queries)
    if len(found) == 1:
        return found[0]
    return tantivy.Query.boolean_query([(_Must, query) for query in found]) if found else tantivy.Query.all_query()


def any_of_them(queries: Iterable[tantivy.Query]) -> tantivy.Query:
    """Return what meets one query at least, the more the better; without queries, nothing."""
    found = list(queries)
    if len(found) == 1:
        return found[0]
    return tantivy.Query.boolean_query([(_Should, query) for query in found]) if found else tantivy.Query.empty_query()


def none_of_them(query: tantivy.Query) -> tantivy.Query:
    """Return what does not meet a query; it adds nothing to a score."""
    return tantivy.Query.boolean_query([(_Must, weighed(tantivy.Query.all_query(), 0.0)), (_MustNot, query)])


def one_of(schema: tantivy.Schema, name: str, values: Sequence[str]) -> tantivy.Query:
    """Return what has one of some values in a field; without values, nothing."""
    if len(values) == 1:
        return tantivy.Query.term_query(schema, name, values[0], "basic")
    return tantivy.Query.term_set_query(schema, name, list(values)) if values else tantivy.Query.empty_query()


def leaf_query(schema: tantivy.Schema, leaf: Term | Phrase | Prefix | Fuzzy, name: str) -> tantivy.Query:
    """Return the query of one leaf in one field."""
    match leaf:
        case Term(term, _):
            return tantivy.Query.term_query(schema, name, term)
        case Phrase(terms, _):
            words: list[Any] = list(terms)
            return tantivy.Query.phrase_query(schema, name, words)
        case Prefix(start, term, _):
            escaped = "".join(letter if letter.isalnum() else f"\\{letter}" for letter in start)
            begun = tantivy.Query.regex_query(schema, name, f"{escaped}.*")
            return any_of_them([begun, tantivy.Query.term_query(schema, name, term)])
        case Fuzzy(term, edits, _):
            return tantivy.Query.fuzzy_term_query(schema, name, term, edits, transposition_cost_one=True)
