"""Text as the rules read it, and the way back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quietude.guard.fold import fold


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        pytest.param("Œuvre d’été", "OEuvre d'ete", id="ligature-and-accents"),
        pytest.param("« a »\u00a0!", '" a " !', id="quotation-marks"),
        pytest.param("a\r\nb", "a||b", id="line-ends"),
        pytest.param("e\u0301", "e", id="accent-apart"),
        pytest.param("🚓", "\ufffd", id="upper-plane"),
        pytest.param("ma\u00adgh", "magh", id="soft-hyphen"),
    ],
)
def test_folded(text: str, folded: str) -> None:
    assert fold(text).cased == folded


def test_spans_lead_back_to_the_original() -> None:
    text = "cœur de MÉTIER"
    folded = fold(text)
    begin = folded.lower.index("metier")
    assert text[slice(*folded.span(begin, begin + 6))] == "MÉTIER"


@given(st.text(max_size=60))
def test_each_folded_character_has_an_origin(text: str) -> None:
    folded = fold(text)
    assert len(folded.cased) == len(folded.lower) == len(folded.origins) - 1
    assert list(folded.origins) == sorted(folded.origins)
    assert folded.origins[-1] == len(text)
