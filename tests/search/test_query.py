"""What people type is read as they mean it; nothing that they can type is an error, and what is left aside is said."""

from __future__ import annotations

from datetime import date
from functools import partial
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.model.filter.test_text import PANIER, TODAY, TOWN

from quietude.model.filter.question import Choice, Filter, ZoneChoice
from quietude.model.filter.text import parse
from quietude.search.query import Search, read_search, search_of
from quietude.search.query_notes import LONGEST_QUERY, MOST_LEAVES, SENTENCES, Left
from quietude.search.query_tree import All, AnyOf, Condition, Fuzzy, Node, Not, Phrase, Prefix, Term, leaves

CONDITIONS = partial(parse, territory=TOWN, vocabulary=None, today=TODAY, sources=("police",))
TAPAGE, RIXE, NOISE = Term("tapage"), Term("rixe"), Condition(Filter(categories=Choice(("noise",))))


def read(text: str) -> Search:
    return read_search(text, CONDITIONS)


def whys(search: Search) -> list[Left]:
    return [note.why for note in search.notes]


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        pytest.param("", None, id="nothing"),
        pytest.param("TAPAGES des rixes", All((TAPAGE, RIXE)), id="words"),
        pytest.param("l'école", Term("ecole"), id="elision"),
        pytest.param('"rue de la République"', Phrase(("rue", "republique")), id="phrase"),
        pytest.param("« tapage nocturne »", Phrase(("tapage", "nocturne")), id="french-quotes"),
        pytest.param("Saint-Charles", Phrase(("saint", "charles")), id="hyphen"),
        pytest.param("agress*", Prefix("agress", "agress"), id="prefix"),
        pytest.param("travau*", Prefix("travau", "travau"), id="prefix-of-a-plural"),
        pytest.param("l'agress*", Prefix("agress", "agress"), id="prefix-after-elision"),
        pytest.param("tapge~1", Fuzzy("tapge", 1), id="one-slip"),
        pytest.param("tapge~", Fuzzy("tapge", 1), id="slips-by-length"),
        pytest.param("patroulle~", Fuzzy("patroulle", 2), id="two-slips-by-length"),
        pytest.param("tapage~0", TAPAGE, id="no-slip"),
        pytest.param("tapage OU rixe", AnyOf((TAPAGE, RIXE)), id="or"),
        pytest.param("tapage OR rixe", AnyOf((TAPAGE, RIXE)), id="or-english"),
        pytest.param("tapage ou rixe", All((TAPAGE, RIXE)), id="small-ou-is-a-word"),
        pytest.param("tapage ET rixe AND rixe", All((TAPAGE, RIXE)), id="and"),
        pytest.param("tapage -rixe", All((TAPAGE, Not(RIXE))), id="minus"),
        pytest.param("tapage sauf rixe", All((TAPAGE, Not(RIXE))), id="sauf"),
        pytest.param("SAUF (tapage OU rixe)", Not(AnyOf((TAPAGE, RIXE))), id="not-a-group"),
        pytest.param("NOT -tapage", TAPAGE, id="twice-not"),
        pytest.param("titre:tapage,rixe", AnyOf((Term("tapage", "title"), Term("rixe", "title"))), id="field"),
        pytest.param('-texte:"la rixe"', Not(Term("rixe", "text")), id="field-refused"),
        pytest.param('lieu:"rue Nulle"', Phrase(("rue", "nul"), "place_label"), id="place-that-is-no-zone"),
        pytest.param("tapage OU nature:noise", AnyOf((TAPAGE, NOISE)), id="condition-in-a-choice"),
        pytest.param("AB-123-CD", AnyOf((Term("ab123cd"), Phrase(("ab", "123", "cd")))), id="plate"),
        pytest.param("AB 123 CD", AnyOf((Term("ab123cd"), Phrase(("ab", "123", "cd")))), id="plate-with-blanks"),
        pytest.param("+tapage, rixe", All((TAPAGE, RIXE)), id="plus-and-comma"),
    ],
)
def test_what_is_typed_is_read_as_it_is_meant(text: str, tree: Node | None) -> None:
    search = read(text)
    assert search == Search(Filter(), tree)


def test_conditions_that_hold_for_all_are_one_filter() -> None:
    search = read('tapage lieu:"Le Panier" depuis:2019 -nature:noise nature:damage source:police gravité>=3')
    assert search.words == TAPAGE
    assert search.conditions == Filter(
        since=date(2019, 1, 1),
        categories=Choice(("damage",), ("noise",)),
        zones=ZoneChoice((PANIER,)),
        sources=Choice(("police",)),
        severity_from=3,
    )
    assert search.notes == ()


def test_two_conditions_that_no_filter_can_join_both_hold() -> None:
    search = read("depuis:2019 depuis:2020")
    assert search.conditions == Filter(since=date(2019, 1, 1))
    assert search.words == Condition(Filter(since=date(2020, 1, 1)))


def test_the_words_of_a_filter_become_the_tree() -> None:
    question = Filter(words=("tapage", "rue de la paix"), without_words=("rixe",), severity_from=2)
    assert search_of(question) == Search(Filter(severity_from=2), All((TAPAGE, Phrase(("rue", "paix")), Not(RIXE))))


@pytest.mark.parametrize(
    ("text", "tree", "why"),
    [
        pytest.param('tapage "rue de', All((TAPAGE, Term("rue"))), Left.UNCLOSED_QUOTE, id="open-quote"),
        pytest.param("(tapage", TAPAGE, Left.PARENTHESIS, id="open-parenthesis"),
        pytest.param("tapage) rixe", All((TAPAGE, RIXE)), Left.PARENTHESIS, id="closing-parenthesis"),
        pytest.param("tapage OU", TAPAGE, Left.OPERATOR, id="or-nothing"),
        pytest.param("ET tapage", TAPAGE, Left.OPERATOR, id="and-first"),
        pytest.param("tapage -(", TAPAGE, Left.PARENTHESIS, id="not-nothing"),
        pytest.param("*", None, Left.SHORT_PREFIX, id="star-alone"),
        pytest.param("*tapage", TAPAGE, Left.WILDCARD, id="star-first"),
        pytest.param("tap*ge", Prefix("tap", "tap"), Left.WILDCARD, id="star-inside"),
        pytest.param("tapage~9", Fuzzy("tapage", 2), Left.FUZZY, id="too-many-slips"),
        pytest.param('"rixe tapage"~3', Phrase(("rixe", "tapage")), Left.FUZZY, id="slips-of-a-phrase"),
        pytest.param("le la", None, Left.NO_WORD, id="stop-words-only"),
        pytest.param("note: tapage", All((Term("note"), TAPAGE)), Left.CONDITION, id="unknown-key"),
        pytest.param("2019", None, Left.PERIOD, id="period"),
        pytest.param("(" * 30 + "tapage" + ")" * 30, TAPAGE, Left.TOO_DEEP, id="deep"),
    ],
)
def test_what_is_left_aside_is_said(text: str, tree: Node | None, why: Left) -> None:
    search = read(text)
    assert search.words == tree
    assert why in whys(search)
    assert all(note.say(language) for note in search.notes for language in ("fr", "en", "de"))


def test_a_wrong_condition_says_what_is_wrong_in_the_readers_language() -> None:
    (note,) = read("source:polise").notes
    assert "police" in note.say("fr")
    assert note.say("en").startswith('"source:polise" is looked for as words.')
    assert set(SENTENCES) == set(Left)


def test_ten_thousand_characters_are_bounded_and_quick() -> None:
    started = process_time()
    for text in ("tapage " * 1_500, "(" * 10_000, '"' * 10_001, "nature:x " * 1_200, "-" * 10_000, "a*~:" * 2_500):
        search = read(text)
        assert Left.TOO_LONG in whys(search)
        assert sum(1 for _ in leaves(search.words)) <= MOST_LEAVES
    assert process_time() - started < 2
    assert len("tapage " * 1_500) > LONGEST_QUERY


PARTS = ["tapage", "rixe*", "l'école", "~2", "*", '"', "«", "»", "(", ")", " OU ", " ET ", " SAUF ", "-", ":", ","]
MORE = ["titre:", "nature:noise", "lieu:", "depuis:2019", "gravité>=3", "2019", " ", "\\", "é", "AB-123-CD", "\x00"]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(PARTS + MORE) | st.text(max_size=4), max_size=14).map("".join))
def test_nothing_that_can_be_typed_is_an_error(text: str) -> None:
    search = read(text)
    for note in search.notes:
        assert 0 <= note.position <= len(text)
        assert note.say("fr")
    assert search.words is not None or not search.conditions.is_open or search.notes or not text.strip()
    for leaf in leaves(search.words):
        assert not isinstance(leaf, Phrase) or len(leaf.terms) > 1
        assert not isinstance(leaf, Fuzzy) or leaf.edits in {1, 2}
