"""Values of a source: grouped as a crosswalk takes them, proposed for, and offered unseen only when all but sure."""

from __future__ import annotations

import pytest

from quietude.ingest.onboarding.values import grouped, suggested, word_guess
from quietude.model.crosswalk import Crosswalk, CrosswalkRow, Relation
from quietude.model.vocabulary import load_vocabulary

WALK = Crosswalk(
    name="other",
    version=1,
    rows=(CrosswalkRow(source_category="TGV bruit", code="noise.party", relation=Relation.EXACT, note=""),),
)


def test_spellings_are_one_value() -> None:
    assert grouped([("Tapage", 5), ("TAPAGE ", 3), ("Dépôt", 9), ("depot", 1)]) == [("Dépôt", 10), ("Tapage", 8)]
    assert grouped([]) == []


def test_what_another_source_was_told_is_sure() -> None:
    (value,) = suggested([("tgv  BRUIT", 4)], load_vocabulary(), [WALK])
    assert (value.suggestions[0].code, value.is_sure) == ("noise.party", True)


def test_a_word_of_the_vocabulary_is_sure_and_a_riddle_is_not() -> None:
    label = load_vocabulary().label("noise", "fr")
    known, riddle = suggested([(label, 2), ("Zz 47", 1)], load_vocabulary(), [])
    assert known.is_sure
    assert known.suggestions[0].code == "noise"
    assert not riddle.is_sure


@pytest.mark.parametrize(
    ("kind", "word", "meaning"),
    [
        ("status", "Clôturé", "closed"), ("status", "En cours", "under_way"), ("status", "Ouvert", "open"),
        ("status", "zzz", ""), ("severity", "3", "3"), ("severity", "URGENT", "4"), ("severity", "Faible", "2"),
    ],
)  # fmt: skip
def test_words_of_status_and_severity_are_guessed(kind: str, word: str, meaning: str) -> None:
    assert word_guess(kind, word) == meaning
