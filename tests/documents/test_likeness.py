"""Near-duplicates share bands; different texts do not."""

from __future__ import annotations

import random

from quietude.documents.likeness import band_keys, likeness, signature

WORDS = [f"mot{number}" for number in range(2000)]


def text_of(seed: int) -> list[str]:
    return random.Random(seed).choices(WORDS, k=600)


def shingles(words: list[str]) -> set[tuple[str, ...]]:
    return {tuple(words[at : at + 3]) for at in range(len(words) - 2)}


def test_likeness_is_the_share_of_runs_in_common() -> None:
    one, other = text_of(1), text_of(1)
    for at in range(0, 600, 30):
        other[at] = "autre"
    true = len(shingles(one) & shingles(other)) / len(shingles(one) | shingles(other))
    first, second = signature(" ".join(one)), signature(" ".join(other))
    assert first is not None
    assert second is not None
    assert abs(likeness(first, second) - true) < 0.13  # three standard errors of 128 permutations
    assert set(band_keys(first)) & set(band_keys(second))


def test_different_texts_share_no_band() -> None:
    first, second = signature(" ".join(text_of(1))), signature(" ".join(text_of(2)))
    assert first is not None
    assert second is not None
    assert not set(band_keys(first)) & set(band_keys(second))
    assert all(0 <= key < 2**63 for key in band_keys(first))


def test_case_and_accents_make_no_other_document() -> None:
    assert signature("L'ARRÊTÉ DU MAIRE") == signature("l'arrete du maire")
    assert signature("deux mots") is None
