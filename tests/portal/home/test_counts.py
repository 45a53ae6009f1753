from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from tests.portal.conftest import NOW

from quietude.model.event import Reality
from quietude.model.filter.question import Choice, Filter
from quietude.model.viewer import Viewer
from quietude.portal.home.counts import (
    DAY_HOURS,
    WEEK_HOURS,
    Moment,
    choose,
    compare,
    compare_all,
    days,
    moments,
    past_weeks,
    weeks_seen,
)
from quietude.portal.ui.usual import Verdict
from quietude.store.api import Store

READER = Viewer.system("test")


def past(**hours_ago: list[int]) -> pl.DataFrame:
    rows = [{"key": key, "hours_ago": hour, "count": 1} for key, hours in hours_ago.items() for hour in hours]
    return pl.DataFrame(rows, schema={"key": pl.String, "hours_ago": pl.Int64, "count": pl.Int64})


def weekly(counts: list[int]) -> list[int]:
    """Hours that hold counts[0] facts this week, counts[1] the week before, and so on, all in each week's last hour."""
    return [week * WEEK_HOURS for week, count in enumerate(counts) for _ in range(count)]


def test_a_window_is_compared_with_the_same_hours_of_the_weeks_before() -> None:
    seen = past(noise=[*weekly([9, 2, 3, 2, 3]), 4 * WEEK_HOURS + 167])
    (noise,) = compare(seen, DAY_HOURS)
    assert noise.count == 9
    assert noise.usual is not None
    assert noise.usual.mean == pytest.approx(2.5)
    assert noise.verdict is Verdict.MORE


def test_facts_outside_the_hours_do_not_count() -> None:
    seen = past(noise=[0, 23, 24, 100, 167, 168, 191, 192])
    assert compare(seen, DAY_HOURS)[0].count == 2
    assert compare(seen, WEEK_HOURS)[0].count == 5


def test_a_key_that_stopped_is_still_told_with_zero() -> None:
    (gone,) = compare(past(noise=weekly([0, 9, 9, 9, 9, 9])), WEEK_HOURS)
    assert gone.count == 0
    assert gone.verdict is Verdict.UNKNOWN if gone.usual is None else Verdict.LESS


def test_the_largest_comes_first() -> None:
    assert [one.key for one in compare(past(noise=[1], parking=[1, 2, 3]), WEEK_HOURS)] == ["parking", "noise"]


def test_nothing_at_all_is_zero_without_a_usual() -> None:
    nothing = compare_all(past(), DAY_HOURS)
    assert (nothing.count, nothing.usual) == (0, None)


def test_only_whole_weeks_with_facts_behind_them_are_a_past() -> None:
    assert weeks_seen(past(noise=[0, 3 * WEEK_HOURS - 1])) == 2
    assert weeks_seen(past(noise=[0, 100 * WEEK_HOURS])) == 8
    assert weeks_seen(past()) == 0


def test_days_are_oldest_first_and_quiet_days_are_zero() -> None:
    assert days(past(noise=[0, 1, 25, 73]), 4) == [1, 0, 1, 2]


def test_counts_agree_with_the_store_hour_by_hour(store: Store) -> None:
    moment = Moment(reality=Reality.REAL, at=NOW.replace(minute=0), is_past=False)
    counted = compare_all(past_weeks(store, READER, moment, "family"), WEEK_HOURS).count
    question = Filter(since=moment.at - timedelta(days=7), until=moment.at, realities=Choice(("real",)))
    assert counted == store.count(READER, question).to_pylist()[0]["count"]


def test_each_reality_has_its_own_moment(store: Store) -> None:
    found = moments(store, READER, NOW, "Europe/Paris")
    assert [moment.reality for moment in found] == [Reality.REAL, Reality.FICTIONAL]
    assert all(moment.at == NOW.replace(minute=0) and not moment.is_past for moment in found)


def test_when_the_facts_are_old_the_last_day_with_facts_is_told(store: Store) -> None:
    later = NOW + timedelta(days=400)
    (real, _fictional) = moments(store, READER, later, "Europe/Paris")
    assert real.is_past
    assert real.at.isoformat() == "2026-06-18T00:00:00+02:00"


def test_facts_of_the_future_are_not_told(store: Store) -> None:
    (real, *_others) = moments(store, READER, NOW - timedelta(days=30), "Europe/Paris")
    assert real.at <= NOW - timedelta(days=30)


def moment_of(reality: Reality, *, is_past: bool) -> Moment:
    return Moment(reality=reality, at=datetime(2020 if is_past else 2026, 1, 1, tzinfo=UTC), is_past=is_past)


@pytest.mark.parametrize(
    ("real_is_past", "wanted", "told"),
    [
        pytest.param(False, None, Reality.REAL, id="recent-real-facts-first"),
        pytest.param(True, None, Reality.FICTIONAL, id="old-real-facts-give-way"),
        pytest.param(True, "real", Reality.REAL, id="what-is-asked-for"),
    ],
)
def test_choose(real_is_past: bool, wanted: str | None, told: Reality) -> None:
    found = [moment_of(Reality.REAL, is_past=real_is_past), moment_of(Reality.FICTIONAL, is_past=False)]
    chosen = choose(found, wanted)
    assert chosen is not None
    assert chosen.reality is told


def test_choose_nothing_of_nothing() -> None:
    assert choose([], None) is None
