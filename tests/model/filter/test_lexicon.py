"""Every word of the text form means one thing, in both languages, and stands in the documentation."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.model.filter.test_text import read

from quietude.model.filter.lexicon import KEY_NAMES, LANGUAGES, VALUE_WORDS, Key, all_words, key_of, value_of
from quietude.model.filter.url import PARAMETERS


@pytest.mark.parametrize("key", Key)
def test_a_name_means_one_criterion(key: Key) -> None:
    assert {key_of(name) for name in all_words(KEY_NAMES[key])} == {key}
    assert set(KEY_NAMES[key]) == set(LANGUAGES)


@pytest.mark.parametrize("key", VALUE_WORDS)
def test_a_word_means_one_value(key: Key) -> None:
    for value, names in VALUE_WORDS[key].items():
        assert {value_of(VALUE_WORDS[key], word) for word in all_words(names)} == {value}


def test_case_accents_hyphens_and_apostrophes_do_not_matter() -> None:
    assert {key_of(name) for name in ("jusqu’à", "JUSQU'A", "jusqua", "until")} == {Key.UNTIL}
    assert value_of(VALUE_WORDS[Key.STATUS], "En Cours") == "under_way"


def test_the_guide_has_every_key_and_value(repository: Path) -> None:
    guide = (repository / "docs" / "filter.md").read_text("utf-8")
    keys = {name for names in KEY_NAMES.values() for name in all_words(names)}
    values = {
        names[language][0]
        for key, words in VALUE_WORDS.items()
        if key is not Key.WEEKDAY
        for names in words.values()
        for language in LANGUAGES
    }
    assert {word for word in keys | values if f"`{word}`" not in guide} == set()


def test_the_examples_of_the_guide_are_read(repository: Path) -> None:
    guide = (repository / "docs" / "filter.md").read_text("utf-8")
    examples = [line for block in re.findall(r"```filter\n(.*?)```", guide, re.DOTALL) for line in block.splitlines()]
    assert len(examples) >= 8
    assert all(not read(example).is_open for example in examples)


def test_no_page_may_take_a_parameter_for_its_own() -> None:
    assert PARAMETERS.isdisjoint({"map", "level", "measure", "sort", "page", "at", "panes", "stack"})
