"""Codes of facts in words."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from quietude.portal.facts.wording import LOCATED, rule_in_words
from quietude.portal.ui.figures import percentage


@pytest.mark.parametrize(("language", "said"), [("fr", "98\u202f%"), ("en", "98%")])
def test_a_percentage_is_written_as_its_language_does(language: str, said: str) -> None:
    with override(language):
        assert percentage(98) == said


def test_a_rule_tells_its_name_and_its_version() -> None:
    with override("en"):
        assert rule_in_words("crosswalk:police@2", 0.9) == "crosswalk “police”, version 2, confidence 90%"


@pytest.mark.parametrize("code", ["source:scaled+swapped", "address:road"])
def test_ways_of_locating_have_words(code: str) -> None:
    assert code in LOCATED
