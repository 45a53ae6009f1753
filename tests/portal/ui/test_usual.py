from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quietude.portal.ui.usual import FEWEST_WEEKS, WEEKS, Verdict, judge, usual_of

FEW = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])  # machines are shared
WEEKLY = st.lists(st.integers(0, 500), min_size=FEWEST_WEEKS, max_size=WEEKS)


@FEW
@given(WEEKLY)
def test_the_interval_holds_the_mean_and_never_goes_below_zero(counts: list[int]) -> None:
    usual = usual_of(counts)
    assert usual is not None
    assert 0 <= usual.low <= usual.mean <= usual.high


@FEW
@given(st.integers(1, 200), st.integers(FEWEST_WEEKS, WEEKS))
def test_equal_weeks_still_leave_room_for_chance(count: int, weeks: int) -> None:
    usual = usual_of([count] * weeks)
    assert usual is not None
    assert usual.high - count > 1.9 * count**0.5


@pytest.mark.parametrize("weeks", range(FEWEST_WEEKS))
def test_too_few_weeks_say_nothing(weeks: int) -> None:
    assert usual_of([5] * weeks) is None
    assert judge(1000, usual_of([5] * weeks)) is Verdict.UNKNOWN


@pytest.mark.parametrize("rate", [3, 20, 150])
def test_about_one_quiet_week_in_twenty_is_called_unusual(rate: int) -> None:
    """Coverage on Poisson counts, where the law is known: an interval too wide would hide news, too narrow cry wolf."""
    rng = np.random.default_rng(3)
    weeks = rng.poisson(rate, (4000, WEEKS + 1))
    verdicts = [judge(int(row[-1]), usual_of([int(count) for count in row[:-1]])) for row in weeks]
    inside = sum(verdict is Verdict.USUAL for verdict in verdicts) / len(verdicts)
    assert 0.93 <= inside <= 0.99


def test_eight_known_weeks() -> None:
    """By hand: mean 10, sample variance 72/7 > 10, reach 2.365·√(72/7·9/8)."""
    usual = usual_of([10, 14, 6, 10, 14, 6, 12, 8])
    assert usual is not None
    assert usual.mean == 10
    assert usual.low == pytest.approx(10 - 2.365 * (72 / 7 * 9 / 8) ** 0.5, abs=1e-9)
