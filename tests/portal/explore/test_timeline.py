"""Days become bars: nothing is lost, no bar is missing, the finest grain that fits is taken."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quietude.portal.explore.timeline import BARS_MAX, OTHERS, Grain, Span, choose_domain, choose_grain, draw, split

TODAY = date(2024, 5, 1)
DAYS = st.integers(0, 4000).map(lambda n: date(2014, 1, 1) + timedelta(days=n))
SPANS = st.tuples(DAYS, DAYS).map(lambda pair: Span(min(pair), max(pair)))


def days_frame(rows: list[tuple[date, str | None, int]]) -> pl.DataFrame:
    return pl.DataFrame(
        {"day": [row[0] for row in rows], "family": [row[1] for row in rows], "count": [row[2] for row in rows]},
        schema={"day": pl.Date, "family": pl.Categorical, "count": pl.Int64},
    )


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(DAYS, st.sampled_from(["noise", "damage", "fire_rescue", None]), st.integers(1, 50)), max_size=30
    ),
    SPANS,
)
def test_bars_hold_every_fact_of_the_domain_once(rows: list[tuple[date, str | None, int]], domain: Span) -> None:
    frame = days_frame(rows)
    inside = frame.filter(pl.col("day").is_between(domain.first, domain.last))["count"].sum()
    timeline = split(draw(frame, frame, domain), frame, coloured={"noise", "damage"})
    assert sum(timeline.around) == sum(timeline.selected) == inside
    assert sum(sum(counts) for counts in timeline.families.values()) == inside
    assert len(timeline.starts) <= BARS_MAX + 2
    assert set(timeline.families) <= {"noise", "damage", OTHERS}


@pytest.mark.parametrize(
    ("days", "grain"),
    [(1, Grain.DAY), (190, Grain.DAY), (191, Grain.WEEK), (1330, Grain.WEEK), (1400, Grain.MONTH), (9000, Grain.YEAR)],
)
def test_the_grain_is_the_finest_that_fits(days: int, grain: Grain) -> None:
    first = date(2000, 1, 1)
    assert choose_grain(Span(first, first + timedelta(days=days - 1))) is grain


def test_weeks_begin_on_monday_and_empty_ones_are_there() -> None:
    frame = days_frame([(date(2023, 1, 1), "noise", 2), (date(2023, 12, 31), "noise", 3)])
    timeline = draw(frame, frame, Span(date(2023, 1, 1), date(2023, 12, 31)))
    assert timeline.grain is Grain.WEEK
    assert {start.weekday() for start in timeline.starts} == {0}
    assert len(timeline.starts) == 53
    assert timeline.selected.count(0) == 51


def test_others_come_last_and_the_frequent_first() -> None:
    rows = [(TODAY, "noise", 1), (TODAY, "damage", 5), (TODAY, "animals", 90), (TODAY, None, 4)]
    timeline = split(
        draw(days_frame(rows), days_frame(rows), Span(TODAY, TODAY)), days_frame(rows), coloured={"noise", "damage"}
    )
    assert list(timeline.families) == ["damage", "noise", OTHERS]
    assert timeline.families[OTHERS] == (94,)


@settings(max_examples=50)
@given(SPANS, SPANS)
def test_the_domain_holds_the_period_and_never_leaves_data_and_period(data: Span, period: Span) -> None:
    domain = choose_domain(data, period, today=TODAY)
    around = data.around(period)
    assert domain.first <= period.first <= period.last <= domain.last
    assert around.first <= domain.first <= domain.last <= around.last


def test_the_domain_without_facts_is_the_period_or_the_last_month() -> None:
    assert choose_domain(None, Span(TODAY, TODAY), today=TODAY) == Span(TODAY, TODAY)
    assert choose_domain(None, None, today=TODAY).days == 30
