"""Words are found by one another whatever their case, accents and apostrophes, in every engine alike."""

from __future__ import annotations

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quietude.model.fold import FOLD_FROM, FOLD_TO, fold, fold_pattern

FRENCH = "abcdefghijklmnopqrstuvwxyzàâäæçéèêëîïôöœùûüÿ"
texts = st.text(FRENCH + FRENCH.upper() + " 0123456789.,;:!?'’«»-–%_\\\"()/€°\n", max_size=40)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Échec", "echec"),
        ("ÉCHEC", "echec"),
        ("L’Estaque", "l'estaque"),
        ("Où ça ? Noël", "ou ca ? noel"),
        ("", ""),
        ("100 %_", "100 %_"),
        ("œuvre", "œuvre"),
    ],
)
def test_case_accents_and_apostrophes_are_put_aside(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_each_character_becomes_one() -> None:
    assert len(FOLD_FROM) == len(FOLD_TO) == len(set(FOLD_FROM))


@given(text=texts)
def test_folding_again_changes_nothing_and_keeps_the_length(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert len(fold(text)) == len(text)


@settings(deadline=None, max_examples=50)
@given(found=st.lists(texts, min_size=1, max_size=20))
def test_duckdb_and_polars_fold_alike(found: list[str]) -> None:
    frame = pl.DataFrame({"text": found})
    by_duckdb = duckdb.execute(
        "SELECT translate(lower(text), ?, ?) AS folded FROM frame", [FOLD_FROM, FOLD_TO]
    ).fetchall()
    by_polars = frame["text"].str.to_lowercase().str.replace_many(list(FOLD_FROM), list(FOLD_TO)).to_list()
    assert [folded for (folded,) in by_duckdb] == by_polars == [fold(text) for text in found]


@settings(deadline=None, max_examples=50)
@given(found=st.lists(texts, min_size=1, max_size=20), word=texts)
def test_the_pattern_finds_what_folding_finds(found: list[str], word: str) -> None:
    frame = pl.DataFrame({"text": found})
    answers = duckdb.execute("SELECT regexp_matches(text, ?) FROM frame", [fold_pattern(word)]).fetchall()
    assert [is_found for (is_found,) in answers] == [fold(word) in fold(text) for text in frame["text"]]


@pytest.mark.parametrize("text", ["a.c", "[x]", "a\\d", "(", "*", "^a$", "\n", "€ 😀", "'", '"'])
def test_the_pattern_finds_signs_as_they_are(text: str) -> None:
    (answer,) = duckdb.execute("SELECT regexp_matches(?, ?)", [f"<{text}>", fold_pattern(text)]).fetchall()
    assert answer == (True,)
    (other,) = duckdb.execute("SELECT regexp_matches('abcd xyz', ?)", [fold_pattern(text)]).fetchall()
    assert other == (False,)
