from __future__ import annotations

from typing import Literal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quietude.ingest.evaluate import REPEATABLE
from quietude.ingest.keys import LastMet, Ordinals, Seen


def keys(*texts: str | None) -> pl.Series:
    return pl.Series("key", texts, dtype=pl.String)


def test_keys_that_repeat_get_an_ordinal_across_batches() -> None:
    ordinals = Ordinals()
    first = ordinals.settle(keys(REPEATABLE + "a", "own", REPEATABLE + "a"))
    second = ordinals.settle(keys(REPEATABLE + "a", REPEATABLE + "b", None))
    assert first.to_list() == ["a#1", "own", "a#2"]
    assert second.to_list() == ["a#3", "b#1", None]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from(["a", "b", "c"]), max_size=12), st.integers(0, 12))
def test_ordinals_do_not_depend_on_where_batches_are_cut(texts: list[str], cut: int) -> None:
    marked = [REPEATABLE + text for text in texts]
    whole = Ordinals().settle(keys(*marked)).to_list()
    halves = Ordinals()
    assert halves.settle(keys(*marked[:cut])).to_list() + halves.settle(keys(*marked[cut:])).to_list() == whole


@pytest.mark.parametrize(("rule", "other"), [("quarantine", "conflict"), ("first", "duplicate")])
def test_a_key_met_before_is_judged_by_the_rule(rule: Literal["quarantine", "first"], other: str) -> None:
    seen = Seen(rule)
    assert seen.judge(keys("a", "b", "a", "a"), pl.Series([1, 2, 1, 9], dtype=pl.UInt64)).to_list() == [
        "new",
        "new",
        "duplicate",
        other,
    ]
    assert seen.judge(keys("a", "c"), pl.Series([9, 3], dtype=pl.UInt64)).to_list() == [other, "new"]


def test_by_the_rule_last_only_the_last_record_of_a_key_stands() -> None:
    met = LastMet()
    met.note(keys("a", "b", "a"))
    met.note(keys("b", None))
    seen = Seen("last", met.table())
    assert seen.judge(keys("a", "b", "a"), pl.Series([1, 2, 3], dtype=pl.UInt64)).to_list() == [
        "duplicate",
        "duplicate",
        "new",
    ]
    assert seen.judge(keys("b", None), pl.Series([4, 5], dtype=pl.UInt64)).to_list() == ["new", "new"]
