"""The page on the language of searches says what is so."""

from __future__ import annotations

import re
from pathlib import Path

from tests.search.test_query import read

from quietude.search.query import FIELD_KEYS
from quietude.search.query_notes import DEEPEST, LONGEST_QUERY, MOST_LEAVES
from quietude.search.synonyms import read_synonyms

PAGE = Path(__file__).parents[2].joinpath("docs", "search-language.md").read_text(encoding="utf-8")


def test_examples_are_read_without_a_note() -> None:
    (block,) = re.findall(r"```search\n(.*?)```", PAGE, re.DOTALL)
    assert [read(line).notes for line in block.splitlines()] == [(), (), ()]


def test_bounds_and_fields_are_those_of_the_code() -> None:
    assert (
        f"first {LONGEST_QUERY} characters are read, {MOST_LEAVES} words and conditions, and {DEEPEST} levels" in PAGE
    )
    shown = {key.replace("é", "e") for key in re.findall(r"`(\w+):`", PAGE)}
    assert set(FIELD_KEYS) - shown == {"place"}


def test_the_synonyms_shown_are_such_a_file() -> None:
    (block,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    assert ("rixe",) in read_synonyms(block, "page").also
