"""One analysis for what is filed and what is asked: quick without places, the same with them."""

from __future__ import annotations

import unicodedata
from time import process_time

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.model.strategies import TEXTS

from quietude.search.analysis import Analyser, analyse, analyser, terms

WRITTEN = st.one_of(
    st.text(max_size=60),
    st.text(alphabet="lLdaéÉœs'’-1.,/:~* \u0301\u00a0\n", max_size=40),
    st.sampled_from(TEXTS),
)


@settings(max_examples=150, deadline=None)
@given(WRITTEN)
def test_places_are_of_the_text_as_given_and_terms_are_the_same_without_them(text: str) -> None:
    tokens = analyse(text)
    assert [token.term for token in tokens] == terms(text).split()
    assert [token.position for token in tokens] == list(range(len(tokens)))
    for token in tokens:
        assert 0 <= token.start < token.end <= len(text)
        assert not text[token.start : token.end].isspace()


@settings(max_examples=60, deadline=None)
@given(WRITTEN)
def test_both_unicode_forms_have_the_same_terms(text: str) -> None:
    composed, decomposed = (unicodedata.normalize(form, text) for form in ("NFC", "NFD"))
    assert terms(composed) == terms(decomposed)


def test_a_hit_can_be_shown_where_it_was_written() -> None:
    text = "Vols  à l’E\u0301COLE, 2 individus interpellés"
    shown = {token.term: text[token.start : token.end] for token in analyse(text)}
    assert shown["ecole"] == "E\u0301COLE"
    assert shown["individu"] == "individus"


def test_memory_of_chunks_is_bounded_and_forgets_nothing_that_matters() -> None:
    small = Analyser("fr")
    long_chunk = "x" * 10_000
    assert small.terms(f"{long_chunk} tapages") == f"{'x' * 128} tapage"
    assert long_chunk not in small._memory
    assert "tapages" in small._memory


def test_english_has_its_own_endings() -> None:
    assert terms("The neighbours' windows, John's cars and dogs", "en").split() == [
        "neighbour",
        "window",
        "john",
        "car",
        "dog",
    ]


def test_a_text_of_a_hundred_letters_takes_a_few_microseconds() -> None:
    # 25,000 texts per CPU second is the aim with the index; analysis may take a fifth of that. Measured: 300,000.
    line = (
        "Tapage nocturne rue de la République, 3 individus alcoolisés quittent les lieux à l'arrivée de la patrouille"
    )
    texts, memory = [f"{line} {number % 100}" for number in range(20_000)], analyser()
    memory.terms(line)
    started = process_time()
    for text in texts:
        memory.terms(text)
    assert len(texts) / (process_time() - started) > 60_000


def test_there_is_one_analyser_of_a_language_however_it_is_asked_for() -> None:
    assert analyser() is analyser("fr")
    assert analyser("en") is not analyser()
