from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quietude.sources.simulator.almanac import SATURDAY, SUNDAY, Almanac, read_almanac
from quietude.sources.simulator.draws import Draws


def days_of(first: str, last: str, country: str = "FR") -> Almanac:
    return read_almanac(date.fromisoformat(first), date.fromisoformat(last), Draws(7), country=country)


def test_a_public_holiday_counts_as_a_sunday_and_its_eve_as_a_saturday_night() -> None:
    july = days_of("2026-07-13", "2026-07-15")  # the 14th is a Tuesday
    assert july.day_class.tolist() == [0, SUNDAY, 2]
    assert july.evening_class.tolist() == [SATURDAY, SUNDAY, 2]
    assert july.night_class.tolist() == [SUNDAY, SATURDAY, SUNDAY]


def test_a_country_without_a_calendar_has_no_public_holidays() -> None:
    assert days_of("2026-07-13", "2026-07-15", country="ZZ").day_class.tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        pytest.param("2026-08-10", True, id="summer"),
        pytest.param("2026-12-25", True, id="christmas"),
        pytest.param("2026-01-03", True, id="new-year"),
        pytest.param("2026-02-18", True, id="winter"),
        pytest.param("2026-06-09", False, id="june"),
        pytest.param("2026-11-20", False, id="november"),
    ],
)
def test_school_holidays_fall_in_each_season(day: str, expected: bool) -> None:
    assert days_of(day, day).is_school_holiday.tolist() == [expected]


def test_summer_is_warmer_than_winter_and_warm_dry_days_draw_bathers() -> None:
    year = days_of("2026-01-01", "2026-12-31")
    assert year.temperature[year.month == 7].mean() > year.temperature[year.month == 1].mean() + 12
    assert 0.05 < year.is_wet.mean() < 0.3
    assert year.occasions["bathing"][np.isin(year.month, (6, 7, 8))].mean() > 0.4
    assert not year.occasions["bathing"][np.isin(year.month, (12, 1, 2))].any()


def test_matches_are_played_at_home_about_every_other_week_in_season_and_never_in_summer() -> None:
    season = days_of("2025-08-01", "2026-05-31")
    assert 14 <= season.occasions["match"].sum() <= 32
    assert not days_of("2026-06-01", "2026-07-31").occasions["match"].any()


@given(start=st.integers(0, 3000), length=st.integers(0, 40))
@settings(max_examples=40, deadline=None)
def test_a_day_is_the_same_whatever_period_is_asked_for(start: int, length: int) -> None:
    first = date(2020, 1, 1) + timedelta(days=start)
    last = first + timedelta(days=length)
    alone = read_almanac(last, last, Draws(7), country="FR")
    among = read_almanac(first, last, Draws(7), country="FR")
    for name in ("day_class", "evening_class", "night_class", "temperature", "is_wet", "is_school_holiday"):
        assert getattr(alone, name)[0] == getattr(among, name)[-1]
    assert {name: flags[0] for name, flags in alone.occasions.items()} == {
        name: flags[-1] for name, flags in among.occasions.items()
    }
