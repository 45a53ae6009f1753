from __future__ import annotations

import numpy as np
import pytest

from quietude.analysis.links.words import Words, pieces_of, words_of


def test_words_are_folded_and_short_ones_left_out() -> None:
    assert words_of("Été : une RIXE, à la nuit") == {"ete", "une", "rixe", "nuit"}


def test_a_word_is_its_beginning_and_its_runs_of_letters() -> None:
    assert pieces_of("rixe") == ["_rixe", "^rix", "rixe", "ixe$"]


def test_rare_words_count_for_more() -> None:
    words = Words.learned(["appel pour bruit"] * 9 + ["appel pour rixe"])
    same_rare, same_usual = words.vectors(["appel rixe", "rixe"]), words.vectors(["appel rixe", "appel"])
    assert same_rare[0] @ same_rare[1] > 0.9 > same_usual[0] @ same_usual[1]


def test_vectors_have_length_one_or_nothing_to_say() -> None:
    found = Words({}, 1.0).vectors(["musique forte", "", "à 3"])
    assert np.linalg.norm(found, axis=1) == pytest.approx([1, 0, 0])
