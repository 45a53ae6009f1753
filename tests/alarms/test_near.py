"""Facts near each other: what is one alarm, against cases counted by hand and all pairs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.alarms.conftest import LAT, LON, MakeRule, Said, frame
from tests.alarms.test_engine import ZONE, at

from quietude.alarms.correlation import Mark, together
from quietude.alarms.distance import distances_m
from quietude.alarms.engine import Engine, episodes
from quietude.alarms.episode import Happened

NEAR = {"by": "radius:150", "lateness": "PT1H"}
THREE = {"count": {"at_least": 3, "within": "PT40M"}}


def test_a_degree_of_the_meridian_is_111_195_metres() -> None:
    """The sphere of mean radius 6,371.0088 km: 2 pi R / 360."""
    far = distances_m(np.array([5.0, 43.0]), np.array([[5.0, 44.0], [5.0, 43.0]]))
    assert far == pytest.approx([111_195.08, 0.0], abs=0.1)


def test_three_facts_ring_where_they_are_near_each_other_and_nowhere_else(make: MakeRule) -> None:
    near = [Said("a", 0, east_m=0), Said("b", 10, east_m=100), Said("c", 20, east_m=140)]
    far = [Said("d", 0, east_m=2_000), Said("e", 10, east_m=2_100), Said("f", 20, east_m=2_400), Said("nowhere", 21)]
    (found,) = episodes(make(THREE, **NEAR), frame([*near, *far]), ZONE, at(400))
    assert (found.evidence, found.facts, found.group) == (("a", "b", "c"), 3, f"{LAT:.5f},{LON:.5f}")


def test_two_places_at_once_are_two_alarms_and_a_fact_between_them_joins_them(make: MakeRule) -> None:
    engine = Engine((make(THREE, **NEAR),), ZONE)
    facts = [Said(f"{side}{n}", n, east_m=east + n) for side, east in (("w", 0), ("e", 230)) for n in range(3)]
    raised = engine.take(frame(facts), at(5))
    assert [change.happened for change in raised] == [Happened.RAISED, Happened.RAISED]
    joined = engine.take(frame([Said("between", 6, east_m=116)]), at(7))
    assert [change.happened for change in joined] == [Happened.CHANGED, Happened.WITHDRAWN]
    assert joined[1].into == joined[0].alarm.id == raised[0].alarm.id
    assert joined[0].alarm.episode.facts == 7


def test_a_chain_across_the_town_is_no_crowd(make: MakeRule) -> None:
    chain = [Said(f"f{n}", n, east_m=140 * n) for n in range(8)]
    four = {"count": {"at_least": 4, "within": "PT40M"}}
    assert episodes(make(four, **NEAR), frame(chain), ZONE, at(400)) == ()
    assert len(episodes(make(THREE, **NEAR), frame(chain), ZONE, at(400))) == 1, "three are in each disc"


def test_facts_near_each_other_are_forgotten_when_their_alarm_is_settled(make: MakeRule) -> None:
    engine = Engine((make(THREE, **NEAR),), ZONE)
    engine.take(frame([Said(f"f{n}", n, east_m=n) for n in range(3)]), at(3))
    engine.take(frame([Said("later", 300, east_m=0)]), at(300))
    (group,) = engine.groups.values()
    assert [uid for _, uid in group.leaves[0]] == ["later"]


marks = st.lists(
    st.tuples(st.sampled_from(["a", "b"]), st.integers(0, 40), st.integers(0, 10).map(lambda n: n * 90.0)), max_size=9
).map(lambda rows: [Mark(f"k{n}", rule, at, LON + east / 81_000, LAT) for n, (rule, at, east) in enumerate(rows)])


@given(marks, st.randoms())
def test_alarms_that_belong_together_do_whatever_their_order(found: list[Mark], chance: st.DataObject) -> None:
    shuffled = list(found)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    groups = together(found, 100.0, 10)
    assert sorted(together(shuffled, 100.0, 10)) == sorted(groups)
    keys = [key for group in groups for key in group]
    assert len(keys) == len(set(keys))
    rules = {mark.key: mark.rule for mark in found}
    assert all(len({rules[key] for key in group}) > 1 for group in groups)


def test_alarms_are_together_by_place_and_time_and_of_several_rules() -> None:
    row = [Mark(key, rule, at, LON + east / 81_000, LAT) for key, rule, at, east in (
        ("one", "a", 0, 0), ("two", "b", 5, 90), ("late", "b", 50, 0), ("far", "b", 5, 900), ("same", "b", 6, 950),
    )]  # fmt: skip
    assert together(row, 100.0, 10) == [("one", "two")]
