"""The percolator finds exactly the saved searches that trying them all finds, and tries few."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.model.strategies import event_tables, questions

from quietude.model.event import Event, event_of
from quietude.model.filter.predicate import matches
from quietude.model.filter.question import Choice, Filter
from quietude.search.percolator import KINDS, Percolator
from quietude.search.query import Search, search_of
from quietude.search.query_predicate import analysed, analysed_fact, predicate
from quietude.search.query_tree import All, AnyOf, Condition, Fuzzy, Node, Not, Phrase, Prefix, Term

WORDS = ("tapage", "nocturne", "rue", "republique", "echec", "rond", "cite", "100", "pour", "noel", "absent")
FREQUENCIES = {word: 100 * place for place, word in enumerate(WORDS)}
FIELDS = (None, None, "title", "text", "place_label")

LEAVES: st.SearchStrategy[Node] = st.one_of(
    st.builds(Term, st.sampled_from(WORDS), st.sampled_from(FIELDS)),
    st.builds(Phrase, st.tuples(st.sampled_from(WORDS), st.sampled_from(WORDS)), st.sampled_from(FIELDS)),
    st.builds(Prefix, st.sampled_from(("ta", "tap", "noc", "re", "zz")), st.just("rue"), st.sampled_from(FIELDS)),
    st.builds(Fuzzy, st.sampled_from(("tapge", "nocturen", "rux")), st.integers(1, 2), st.sampled_from(FIELDS)),
    st.builds(Condition, questions().map(lambda asked: replace(asked, words=(), without_words=()))),
)
TREES = st.recursive(
    LEAVES,
    lambda inner: (
        st.builds(Not, inner) | st.builds(All, st.tuples(inner, inner)) | st.builds(AnyOf, st.tuples(inner, inner))
    ),
    max_leaves=5,
)
SEARCHES = st.builds(
    Search, questions().map(lambda asked: replace(asked, words=(), without_words=())), st.none() | TREES
)


def events_of(table: pa.Table) -> list[Event]:
    return [event_of(row) for row in table.to_pylist()]


@settings(max_examples=50, deadline=None)
@given(st.lists(SEARCHES, max_size=12), event_tables(min_size=1, max_size=6))
def test_it_finds_what_trying_them_all_finds(searches: list[Search], table: pa.Table) -> None:
    percolator = Percolator(FREQUENCIES, 1_000)
    for number, search in enumerate(searches):
        percolator.add(f"{number:02}", Search(Filter(), Term("tapage")))
        percolator.add(f"{number:02}", search)
    for event in events_of(table):
        text = analysed_fact(event)
        every = [
            f"{number:02}"
            for number, search in enumerate(searches)
            if matches(search.conditions, event) and (search.words is None or predicate(search.words)(text))
        ]
        assert percolator.matching(text) == every
    for number in range(len(searches)):
        percolator.remove(f"{number:02}")
    assert (len(percolator), percolator._by_key) == (0, {kind: {} for kind in KINDS})


def test_a_search_is_filed_under_the_rarest_thing_that_it_requires() -> None:
    percolator = Percolator({"tapage": 500, "rixe": 3, "nocturne": 90}, 1_000)
    percolator.add("both", Search(Filter(), All((Term("tapage"), Phrase(("rixe", "nocturne"))))))
    percolator.add("either", Search(Filter(), AnyOf((Term("tapage"), Term("rixe")))))
    percolator.add("place", Search(Filter(categories=Choice(("noise",))), Term("tapage")))
    percolator.add("refusal", Search(Filter(), Not(Term("rixe"))))
    filed = {(kind, value): sorted(names) for kind in KINDS for value, names in percolator._by_key[kind].items()}
    assert filed == {
        ("term", "rixe"): ["both", "either"],
        ("term", "tapage"): ["either"],
        ("category", "noise"): ["place"],
    }
    assert percolator.always_tried == 1


def test_a_text_without_a_fact_answers_words_but_no_condition() -> None:
    percolator = Percolator({}, 1)
    percolator.add("words", search_of(Filter(words=("vidéoprotection",))))
    percolator.add("conditions", search_of(Filter(words=("vidéoprotection",), severity_from=2)))
    percolator.add("all", Search(Filter(), None))
    assert percolator.matching(analysed({"text": "La vidéo-protection", "title": None})) == ["all", "words"]
