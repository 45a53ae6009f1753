"""What a logbook teaches: counts of stems, that can be taken back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quietude.model.vocabulary import load_vocabulary
from quietude.model.vocabulary.learner import Learner, stems

VOCABULARY = load_vocabulary()


@pytest.fixture(scope="module")
def untaught() -> Learner:
    return Learner(VOCABULARY)


def test_stems_leave_out_figures_short_words_and_accents() -> None:
    assert stems("Le véhicule AB-123-CD, stationné au 12 rue de Rome") == ["vehicu", "statio", "rue", "rome"]


def test_without_an_entry_the_words_of_the_vocabulary_suggest(untaught: Learner) -> None:
    assert "noise.party" in untaught.suggest("fête bruyante chez les voisins")


def test_a_word_of_the_service_alone_suggests_its_category() -> None:
    taught = Learner(VOCABULARY, {"public_space_use.street_vending": ["vendredistes"]})
    assert taught.suggest("présence de vendredistes")[0] == "public_space_use.street_vending"


def test_what_was_filed_comes_first_from_then_on() -> None:
    learner = Learner(VOCABULARY)
    text = "zouave repéré au pied du pont"
    for _ in range(5):
        learner.learn(text, "animals")
    assert learner.suggest("encore ce zouave")[0] == "animals"


def test_what_is_taken_back_is_forgotten() -> None:
    learner = Learner(VOCABULARY)
    learner.learn("zouave repéré", "animals")
    learner.unlearn("zouave repéré", "animals")
    assert learner.suggest("zouave") == []


def test_only_what_is_offered_is_suggested(untaught: Learner) -> None:
    assert set(untaught.suggest("fête bruyante, tags", among=["noise.party", "damage"])) == {"noise.party", "damage"}


def test_a_text_of_unknown_words_suggests_nothing(untaught: Learner) -> None:
    assert untaught.suggest("xyzzyx 12 ?") == []


@given(text=st.text(max_size=300))
def test_any_text_gives_three_known_codes_at_most(untaught: Learner, text: str) -> None:
    found = untaught.suggest(text)
    assert len(found) <= 3
    assert all(VOCABULARY.has(code) for code in found)
