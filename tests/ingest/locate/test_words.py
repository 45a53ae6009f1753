"""The words of addresses are consistent data."""

from __future__ import annotations

import pytest

from quietude.ingest.locate.words import load_words


@pytest.mark.parametrize("country", ["fr", "us"])
def test_every_kind_is_one_of_its_own_ways_of_writing(country: str) -> None:
    words = load_words(country)
    assert {words.types[kind] for kind in words.types.values()} == set(words.types.values())


@pytest.mark.parametrize("country", ["fr", "us"])
def test_words_are_bare_and_articles_are_no_kinds(country: str) -> None:
    words = load_words(country)
    spelt = [*words.types, *words.expansions, *words.articles, *words.noise]
    assert all(word == word.upper() and word.isascii() for word in spelt)
    assert not words.articles & set(words.types)


def test_a_cut_kind_is_completed_and_a_hyphen_never_cut() -> None:
    cuts = load_words("fr").cut_types
    assert cuts["BOULEVA"] == "BOULEVARD"
    assert cuts["BD"] == "BOULEVARD"
    assert "ROND" not in cuts


def test_an_unknown_country_is_refused() -> None:
    with pytest.raises(FileNotFoundError):
        load_words("xx")
