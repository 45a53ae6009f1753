from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quietude.sources.api import Duration, parse_duration


@pytest.mark.parametrize(
    ("text", "months", "exact"),
    [
        ("P3Y", 36, timedelta()),
        ("P1Y6M", 18, timedelta()),
        ("P30D", 0, timedelta(days=30)),
        ("P2W", 0, timedelta(weeks=2)),
        ("PT15M", 0, timedelta(minutes=15)),
        ("P1DT12H", 0, timedelta(hours=36)),
    ],
)
def test_a_duration_is_read(text: str, months: int, exact: timedelta) -> None:
    assert parse_duration(text) == Duration(months=months, exact=exact)


@pytest.mark.parametrize("text", ["", "P", "3Y", "PT", "P3", "P-1Y", "three years", "P1.5Y", "P1DT"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="ISO 8601"):
        parse_duration(text)


def test_months_are_counted_on_the_calendar() -> None:
    assert parse_duration("P1M").after(date(2024, 1, 31)) == date(2024, 2, 29)
    assert parse_duration("P3Y").before(date(2024, 2, 29)) == date(2021, 2, 28)


@given(st.dates(date(1950, 1, 1), date(2100, 1, 1)), st.integers(0, 600))
def test_before_and_after_are_one_another_s_way_back(day: date, days: int) -> None:
    length = parse_duration(f"P{days}D")
    assert length.before(length.after(day)) == day
