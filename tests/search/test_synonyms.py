"""Acronyms and synonyms are added when a search is asked: one way, both ways, and over several words."""

from __future__ import annotations

from pathlib import Path

import pytest

from quietude.search.query_tree import All, AnyOf, Not, Phrase, Term
from quietude.search.synonyms import SynonymsError, expand, load_synonyms, read_synonyms

POLICE = All((Term("police"), Term("municipal")))


def test_an_acronym_finds_its_words_and_its_words_find_it() -> None:
    known = read_synonyms("same:\n  - [PM, police municipale]\n", "test.yml")
    assert expand(Term("pm"), known) == AnyOf((Term("pm"), Phrase(("police", "municipal"))))
    assert expand(POLICE, known) == AnyOf((POLICE, Term("pm")))
    assert expand(All((Term("rixe"), *POLICE.of)), known) == All((Term("rixe"), AnyOf((POLICE, Term("pm")))))


def test_one_way_is_one_way() -> None:
    known = read_synonyms("one_way:\n  bruit: [musique forte]\n", "test.yml")
    assert expand(Not(Term("bruit", "title")), known) == Not(
        AnyOf((Term("bruit", "title"), Phrase(("musique", "fort"), "title")))
    )
    assert expand(Term("musique"), known) == Term("musique")
    assert expand(Phrase(("bruit", "fort")), known) == Phrase(("bruit", "fort"))


def test_words_of_two_fields_are_no_run() -> None:
    known = read_synonyms("same:\n  - [PM, police municipale]\n", "test.yml")
    parted = All((Term("police", "title"), Term("municipal", "text")))
    assert expand(parted, known) == parted


def test_the_words_of_the_trade_are_known_and_a_town_adds_its_own(tmp_path: Path) -> None:
    ours = load_synonyms(tmp_path / "none.yml")
    for acronym in ("pm", "csu", "vsav", "tj", "mep", "opj", "asvp", "bac", "vl", "pl", "2rm", "ipm", "mec", "tapage"):
        assert (acronym,) in ours.also, acronym
    assert ("videosurveillance",) in ours.also["videoprotection",]
    (tmp_path / "synonyms.yml").write_text("same:\n  - [rixe, castagne]\n", encoding="utf-8")
    assert set(load_synonyms(tmp_path / "synonyms.yml").also["rixe",]) == {("bagarre",), ("castagne",)}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("same:\n  - [PM]\n", "town.yml:2: .*two words or more", id="one-word"),
        pytest.param("same:\n  - [PM, '…']\n", "town.yml:2: '…' has no word", id="no-word"),
        pytest.param("one_way:\n  bruit: cris\n", "town.yml:2: 'cris' is no list", id="no-list"),
        pytest.param("also: []\n", "town.yml:1: expected the keys", id="unknown-key"),
        pytest.param("one_way: []\nsame: 3\n", "town.yml:2: expected a list", id="no-list-of-lists"),
        pytest.param("same: [\n", "town.yml:2: ", id="no-yaml"),
    ],
)
def test_a_wrong_file_is_told_with_its_line(text: str, said: str) -> None:
    with pytest.raises(SynonymsError, match=said):
        read_synonyms(text, "town.yml")


def test_the_towns_of_the_repository_have_synonyms_that_can_be_read(repository: Path) -> None:
    files = sorted((repository / "towns").glob("*/synonyms.yml"))
    assert [path.parent.name for path in files] == ["marseille"]
    assert ("velodrome",) in load_synonyms(files[0]).also["stade",]
