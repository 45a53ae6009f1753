"""Spans of time against sets of moments."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from quietude.alarms.spans import EVER, NEVER, Spans

AXIS = range(-2, 32)
some = st.lists(st.tuples(st.integers(0, 29), st.integers(0, 30)), max_size=6).map(Spans.pairs)


def moments(spans: Spans) -> set[int]:
    return {moment for moment in AXIS if spans.holds(moment)}


def is_tidy(spans: Spans) -> bool:
    return bool(np.all(spans.begins < spans.ends) and np.all(spans.ends[:-1] < spans.begins[1:]))


@given(some, some)
def test_or_and_not_are_those_of_sets(one: Spans, other: Spans) -> None:
    assert moments(one | other) == moments(one) | moments(other)
    assert moments(one & other) == moments(one) & moments(other)
    assert moments(~one) == set(AXIS) - moments(one)
    assert is_tidy(one | other)
    assert is_tidy(one & other)
    assert ~~one == one


@given(some, st.integers(0, 10))
def test_what_lasts_was_there_for_so_long(spans: Spans, least: int) -> None:
    before = [moments(spans) >= set(range(moment - least, moment + 1)) for moment in range(12, 31)]
    assert [spans.lasting(least).holds(moment) for moment in range(12, 31)] == before


def test_what_never_began_or_never_ends_stays_so() -> None:
    always = ~Spans.none()
    assert (int(always.begins[0]), int(always.ends[0])) == (NEVER, EVER)
    assert always.lasting(5) == always
    assert len(~always) == 0


@given(st.permutations([(1, 4), (3, 6), (8, 9), (6, 7), (9, 9), (5, 2)]))
def test_the_order_of_spans_is_nothing(pairs: list[tuple[int, int]]) -> None:
    assert Spans.pairs(pairs) == Spans.pairs([(1, 7), (8, 9)])
