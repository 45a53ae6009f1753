import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quietude.model.vocabulary import load_vocabulary

VOCABULARY = load_vocabulary()


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        pytest.param("rodeo", "traffic.rodeo", id="without-accents"),
        pytest.param("encombr", "cleanliness.dumping.bulky", id="the-beginning"),
        pytest.param("encombrents", "cleanliness.dumping.bulky", id="misspelt"),
        pytest.param("tapge nocturne", "noise.neighbours", id="a-letter-missing"),
        pytest.param("noise.music", "noise.music", id="a-code"),
        pytest.param("GRAFFITI", "damage.graffiti", id="capitals"),
    ],
)
def test_the_meant_term_comes_first(typed: str, code: str) -> None:
    assert VOCABULARY.search(typed)[0].term.code == code


def test_the_exact_word_scores_one_and_is_told() -> None:
    best = VOCABULARY.search("tapage nocturne")[0]
    assert (best.score, best.matched) == (1.0, "tapage nocturne")


def test_english_words_are_found_in_english() -> None:
    assert VOCABULARY.search("fly-tipping", "en")[0].term.code == "cleanliness.dumping"


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=30), st.integers(1, 12))
def test_matches_are_ordered_few_and_scored_between_zero_and_one(typed: str, limit: int) -> None:
    found = VOCABULARY.search(typed, limit=limit)
    scores = [match.score for match in found]
    assert len(found) <= limit
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    assert len({match.term.code for match in found}) == len(found)


def test_blanks_find_nothing() -> None:
    assert VOCABULARY.search("  ") == ()
