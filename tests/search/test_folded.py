"""Words are compared without case and accents, and each folded letter knows where it was written."""

from __future__ import annotations

import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from quietude.search.folded import fold_with_places, fold_words


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="aéÉœŒçÇ'’-1 ïÑß", max_size=12))
def test_both_unicode_forms_of_a_text_fold_alike(text: str) -> None:
    composed, decomposed = (unicodedata.normalize(form, text) for form in ("NFC", "NFD"))
    assert fold_words(composed) == fold_words(decomposed)
    assert fold_with_places(decomposed).text == fold_words(composed)


def test_a_folded_letter_covers_the_marks_that_were_written_after_it() -> None:
    folded = fold_with_places("e\u0301té")
    assert (folded.text, folded.starts, folded.ends) == ("ete", (0, 2, 3), (2, 3, 4))
    assert fold_with_places("œuf").starts == (0, 0, 1, 2)


@given(st.text(alphabet="aZ09-'`. ", max_size=12))
def test_plain_letters_fold_as_they_do_beside_a_letter_with_an_accent(text: str) -> None:
    plain, beside = fold_with_places(text), fold_with_places(text + "é")
    assert (plain.text, plain.starts, plain.ends) == (beside.text[:-1], beside.starts[:-1], beside.ends[:-1])
