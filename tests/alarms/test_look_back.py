"""The look back: counts by night, floods and standing time against cases counted by hand."""

from __future__ import annotations

from datetime import date
from math import isnan

import polars as pl
import pytest
from tests.alarms.conftest import MakeRule, Said, frame

from quietude.alarms.look_back import columns_needed, look_back

FRIDAY, SATURDAY = date(2026, 6, 5), date(2026, 6, 6)
ZONE = "Europe/Paris"


def test_alarms_are_counted_by_the_night_in_which_they_begin(make: MakeRule) -> None:
    rule = make({"match": {"holds": "PT10M"}})
    facts = frame([Said("noon", 0), Said("23h", 9 * 60), Said("3h", 13 * 60), Said("7h", 17 * 60)])
    found = look_back(rule, facts, ZONE, FRIDAY, SATURDAY)
    assert (len(found.episodes), found.per_day, found.facts) == (4, 2.0, 4)
    assert (found.nights[4], found.nights[5]) == (2.0, 0.0)
    assert all(isnan(count) for day, count in enumerate(found.nights) if day not in {4, 5})
    assert found.standing == pytest.approx(4 * 10 / (48 * 60))


@pytest.mark.parametrize(("alarms", "is_flood"), [pytest.param(9, False, id="nine"), pytest.param(10, True, id="ten")])
def test_ten_in_ten_minutes_are_a_flood(make: MakeRule, alarms: int, *, is_flood: bool) -> None:
    rule = make({"match": {"holds": "PT1M"}}, by="source")
    facts = frame([Said(f"f{n}", n, source=f"s{n}") for n in range(alarms)])
    found = look_back(rule, facts, ZONE, FRIDAY, FRIDAY)
    assert (found.busiest, found.is_flood) == (alarms, is_flood)


def test_alarms_that_stand_at_once_count_their_time_once(make: MakeRule) -> None:
    rule = make({"match": {"holds": "PT1H"}}, by="zone:quarter")
    facts = frame([Said("a", 0, zone="port"), Said("b", 30, zone="halles"), Said("c", 300, zone="port")])
    found = look_back(rule, facts, ZONE, FRIDAY, FRIDAY)
    assert found.standing == pytest.approx((90 + 60) / (24 * 60))


def test_without_a_fact_nothing_rings(make: MakeRule) -> None:
    rule = make({"silence": {"lasts": "PT1H"}}, by="source")
    found = look_back(rule, frame([]), ZONE, FRIDAY, SATURDAY)
    assert (found.episodes, found.facts, found.standing, found.busiest) == ((), 0, 0.0, 0)


def test_the_columns_that_a_rule_needs_are_enough(make: MakeRule) -> None:
    when = {"sequence": {"first": "nature:noise severity>=2", "then": "place du port", "within": "PT1H"}}
    rule = make(when, by="zone:quarter", scope="status:open")
    whole = frame([Said("a", 0), Said("b", 5, "violence.fight")]).with_columns(title=pl.lit("Place du Port"))
    narrow = whole.select(columns_needed(rule))
    assert "attributes" not in narrow.columns
    of_narrow, of_whole = (look_back(rule, facts, ZONE, FRIDAY, FRIDAY) for facts in (narrow, whole))
    assert (of_narrow.episodes, of_narrow.facts) == (of_whole.episodes, of_whole.facts)
    assert len(of_narrow.episodes) == 1
