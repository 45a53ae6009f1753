"""The load of alarms, against hand-counted cases."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quietude.alarms.api import Rung, load_of
from quietude.alarms.load import floods

MINUTE = 60_000_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def rung(at: int, **said: object) -> Rung:
    values = {"rule": "noise", "group": "port", "severity": 3, "raised": at, "ended": at + HOUR, "taken": None}
    return Rung(**{**values, **said})  # type: ignore[arg-type]  # names are the fields'


def test_a_quiet_day_has_averages_and_no_flood() -> None:
    load = load_of([rung(n * HOUR) for n in range(12)], 0, DAY, 1)
    assert (load.alarms, load.per_hour, load.busiest, load.floods, load.flooded) == (12, 0.5, 1, (), 0.0)
    assert load_of([rung(n * HOUR) for n in range(12)], 0, DAY, 2).per_hour == 0.25


def test_ten_in_ten_minutes_are_a_flood_until_fewer_than_five_are() -> None:
    raised = [n * MINUTE for n in range(10)]
    (flood,) = floods(raised, 1)
    assert flood.began == 0
    assert flood.ended == raised[5] + 10 * MINUTE  # then four of the last ten minutes are left
    assert floods(raised[:9], 1) == ()
    assert floods(raised, 2) == ()
    assert load_of([rung(at) for at in raised], 0, DAY, 1).flooded == pytest.approx(15 / (24 * 60))


def test_stale_chattering_fleeting_and_taken_are_counted() -> None:
    some = [
        rung(0, ended=None),
        rung(2 * HOUR, rule="fire", severity=5, taken=2 * HOUR + 30_000_000),
        *(rung(3 * HOUR + n * 10_000_000, rule="chatter", ended=3 * HOUR + n * 10_000_000 + 1) for n in range(3)),
    ]
    load = load_of(some, 0, 2 * DAY, 1)
    assert [each.raised for each in load.stale] == [0]
    assert (load.standing, load.chattering, load.fleeting) == (1, 3, 3)
    assert (load.taken, load.taken_p50_s, load.priorities[5]) == (1, 30.0, 1)
    assert (load.actors[0].rule, load.actors[0].share) == ("chatter", 0.6)


def test_a_period_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="expected a period"):
        load_of([], 0, 0, 1)


@given(st.lists(st.integers(0, 3 * HOUR), max_size=80))
def test_floods_are_in_order_apart_and_each_holds_ten(moments: list[int]) -> None:
    raised = sorted(moments)
    found = floods(raised, 1)
    assert all(one.ended <= two.began for one, two in itertools.pairwise(found))
    assert all(sum(flood.began <= at <= flood.ended for at in raised) >= 10 for flood in found)
