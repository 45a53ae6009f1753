"""Departures from the season's normal: the law against exact sums, rates against counts by hand, editions."""

from __future__ import annotations

import json
import math
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import numpy as np
import polars as pl
import pytest
from tests.alarms.conftest import NOON, MakeRule, Said, frame
from tests.alarms.test_engine import ZONE, at

from quietude.alarms.compiled import Compiled
from quietude.alarms.departure import HOUR, Clock, Normal, quantile, slot
from quietude.alarms.engine import episodes
from quietude.alarms.look_back import look_back
from quietude.alarms.overload import overload
from quietude.alarms.seasons import fixed_moments, learn, weeks_before
from quietude.alarms.window import micros_at

TOWN = Clock(ZONE, "FR")
DEPARTURE = {"departure": {"window": "PT3H", "above": 0.99, "at_least": 3}}


@pytest.mark.parametrize(("mean", "share"), [(0.4, 0.99), (1.8, 0.99), (1.8, 0.01), (12.0, 0.95), (300.0, 0.999)])
def test_without_overdispersion_the_quantile_is_that_of_poisson(mean: float, share: float) -> None:
    reached, term, count = math.exp(-mean), math.exp(-mean), 0
    while reached < share:
        count += 1
        term *= mean / count
        reached += term
    assert quantile(mean, mean, share) == count


@pytest.mark.parametrize("share", [0.9, 0.99, 0.999])
def test_with_overdispersion_the_quantile_is_that_of_the_negative_binomial(share: float) -> None:
    """Mean 4, variance 8: four failures with probability a half, summed as fractions."""
    half, reached, count = Fraction(1, 2), Fraction(0), -1
    while reached < Fraction(share):
        count += 1
        reached += math.comb(count + 3, count) * half**4 * half**count
    assert quantile(4.0, 8.0, share) == count


def test_an_hour_is_of_the_towns_clock_and_a_holiday_is_a_sunday() -> None:
    def of(text: str) -> int:
        return slot(micros_at(datetime.fromisoformat(text)) // HOUR, TOWN)

    assert of("2026-06-05T12:00+00:00") == 4 * 24 + 14
    assert of("2026-01-05T12:00+00:00") == 13
    assert of("2026-07-14T12:00+00:00") == 6 * 24 + 14, "a Tuesday, and the national day"


def history(weeks: int, *, a_week: int = 4) -> pl.DataFrame:
    """Return so many facts each Friday from 14 h in town on, a quarter of an hour apart, before 5 June."""
    facts = [Said(f"w{week}n{n}", -7 * 24 * 60 * week + 15 * n) for week in range(1, weeks + 1) for n in range(a_week)]
    return frame(facts)


def known(each: Compiled, facts: pl.DataFrame) -> Compiled:
    (moment,) = fixed_moments(date(2026, 6, 1), date(2026, 6, 5), ZONE)
    return each.with_normals([learn(each, facts, moment, TOWN)])


def test_rates_are_learned_by_group_and_hour_of_the_week_from_complete_weeks_before(make: MakeRule) -> None:
    rule = make(DEPARTURE, by="zone:quarter")
    begin, end = weeks_before(datetime(2026, 6, 1, tzinfo=UTC), ZONE, 10)
    assert end.isoformat() == "2026-05-31T22:00:00+00:00", "Monday at midnight in town"
    assert begin.isoformat() == "2026-03-22T23:00:00+00:00", "before the clocks went forward"
    (normal,) = known(rule, pl.concat([history(10), frame([Said("after", 0)])])).normals
    assert normal.weeks == 9, "the tenth began before the first fact"
    assert normal.rates["port"][4 * 24 + 14] == pytest.approx(4.0)
    assert normal.rates["port"][6 * 24 + 14] == pytest.approx(8 / 14, abs=1e-6), "two Fridays of May are holidays"
    assert Normal.of(json.loads(json.dumps(normal.said()))) == normal


def test_what_is_usual_on_fridays_rings_on_no_friday_and_on_a_thursday(make: MakeRule) -> None:
    rule = known(make(DEPARTURE, by="zone:quarter"), history(12))
    friday = [Said(f"f{n}", 15 * n) for n in range(4)]
    thursday = [Said(f"t{n}", 15 * n - 24 * 60) for n in range(4)]
    assert episodes(rule, frame(friday), ZONE, at(600)) == ()
    (found,) = episodes(rule, frame(thursday), ZONE, at(600))
    assert found.evidence == ("t0", "t1", "t2", "t3")
    departure = rule.rule.when.departure
    assert departure is not None
    said = rule.season("port").expected(micros_at(at(60)), departure)
    assert said is not None
    assert said.mean == pytest.approx(4.0)
    assert said.low < 4 < said.high


def test_with_too_little_history_nothing_rings(make: MakeRule) -> None:
    rule = known(make(DEPARTURE, by="zone:quarter"), history(6))
    assert not rule.normals[0].is_enough
    many = frame([Said(f"t{n}", n) for n in range(50)])
    assert episodes(rule, many, ZONE, at(600)) == ()
    assert episodes(make(DEPARTURE, by="zone:quarter"), many, ZONE, at(600)) == (), "and with no edition at all"
    departure = rule.rule.when.departure
    assert departure is not None
    assert rule.season("port").expected(micros_at(NOON), departure) is None


def test_an_edition_holds_from_its_month_on(make: MakeRule) -> None:
    rule = make(DEPARTURE, by="zone:quarter")
    busy = Normal(micros_at(at(60)), 20, 1.0, {"port": [5.0] * 168})
    calm = Normal(micros_at(NOON - timedelta(days=30)), 20, 1.0, {"port": [0.1] * 168})
    each = rule.with_normals([busy, calm])
    facts = frame([Said(f"t{n}", n) for n in range(6)])
    (found,) = episodes(each, facts, ZONE, at(600))
    assert found.ended == micros_at(at(60)), "six in three hours are many by the one, few by the other"
    assert np.diff([normal.since for normal in each.normals]).min() > 0


def test_a_rule_that_rings_on_everything_is_refused_with_the_count(make: MakeRule) -> None:
    day = date(2026, 6, 5)
    often = make({"match": {"holds": "PT1M"}}, by="source")
    many = frame([Said(f"f{n}", n * 4 - 700, source=f"s{n % 9}") for n in range(300)])
    refused = overload(look_back(often, many, ZONE, day, day))
    assert refused is not None
    assert (refused.is_too_often, refused.alarms) == (True, 300)
    assert "it would have rung 300 times: 12.5 alarms an hour" in str(refused)
    long = make({"match": {"holds": "PT13H"}})
    refused = overload(look_back(long, frame([Said("a", -600)]), ZONE, day, day))
    assert refused is not None
    assert (refused.is_too_often, refused.is_too_long) == (False, True)
    assert overload(look_back(make({"match": {}}), frame([Said("a", 0)]), ZONE, day, day)) is None
