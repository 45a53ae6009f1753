"""What stands between two blanks is parted as people mean it."""

from __future__ import annotations

import pytest

from quietude.search.analysis import terms


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("l'école d’Aubagne", "ecole aubagne", id="elision"),
        pytest.param("jusqu'au lorsqu'un agent", "agent", id="long-elisions"),
        pytest.param("aujourd'hui", "aujourdhui", id="apostrophe-inside"),
        pytest.param("vidéo-protection", "videoprotection", id="joining-part"),
        pytest.param("Saint-Charles", "saint charles", id="two-words"),
        pytest.param("P.M. S.A.M.U.", "pm samu", id="dotted-acronyms"),
        pytest.param("AB-123-CD", "ab123cd", id="plate"),
        pytest.param("13-15 rue", "13 15 rue", id="span-of-numbers"),
        pytest.param("2024-00123", "202400123", id="number-of-a-file"),
        pytest.param("12/05/2024", "12052024", id="date"),
        pytest.param("23:30 23h30", "23h30 23h30", id="hour"),
        pytest.param("12,5 m", "12.5 m", id="decimal"),
        pytest.param("3ème 1er", "3e 1e", id="ordinals"),
        pytest.param("rixe,bagarre/insultes", "rixe bagarre insulte", id="no-blank-after-a-sign"),
        pytest.param("!!! … « »", "", id="signs-only"),
    ],
)
def test_chunk_is_parted_into_words(text: str, found: str) -> None:
    assert terms(text).split() == found.split()
