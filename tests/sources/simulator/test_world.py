from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quietude.model.territory import Territory
from quietude.sources.simulator.draws import Ints
from quietude.sources.simulator.stage import Stage, build_stage
from quietude.sources.simulator.world import Facts, FictionalTown


def year_of(town: FictionalTown) -> Facts:
    months = [town.facts(*month) for month in town.months(date(2025, 1, 1), date(2025, 12, 31))]
    return Facts(
        **{name: np.concatenate([getattr(month, name) for month in months]) for name in Facts.__dataclass_fields__}
    )


@pytest.fixture(scope="module")
def year(town: FictionalTown) -> Facts:
    return year_of(town)


def of_family(town: FictionalTown, facts: Facts, family: str) -> Facts:
    wanted = np.array([code.startswith(f"{family}.") for code in town.natures])
    return facts.where(wanted[facts.nature])


def weekday(days: Ints) -> Ints:
    return (days - 1) % 7


def test_months_cut_a_period_at_both_ends_and_leave_nothing_out(town: FictionalTown) -> None:
    months = list(town.months(date(2024, 1, 30), date(2024, 4, 2)))
    assert months[0] == (date(2024, 1, 30), date(2024, 1, 31))
    assert months[-1] == (date(2024, 4, 1), date(2024, 4, 2))
    assert sum((last - first).days + 1 for first, last in months) == 64


@given(seed=st.integers(0, 2**62), day=st.integers(0, 27), length=st.integers(0, 6))
@settings(max_examples=15, deadline=None)
def test_a_day_holds_the_same_facts_whatever_period_is_asked_for(
    stage: Stage, seed: int, day: int, length: int
) -> None:
    town = FictionalTown(stage, seed, 60.0)
    first = date(2026, 7, 1) + timedelta(days=day)
    last = min(first + timedelta(days=length), date(2026, 7, 31))
    whole, part = town.facts(date(2026, 7, 1), date(2026, 7, 31)), town.facts(first, last)
    within = whole.where((whole.day >= first.toordinal()) & (whole.day <= last.toordinal()))
    order, other = np.argsort(within.key), np.argsort(part.key)
    for name in ("key", "minute", "nature", "place", "severity", "x_m", "number"):
        assert np.array_equal(getattr(within, name)[order], getattr(part, name)[other])


def test_facts_have_names_of_their_own(year: Facts) -> None:
    assert len(np.unique(year.key)) == year.size


def test_as_much_happens_as_is_asked_for(town: FictionalTown, year: Facts) -> None:
    assert 0.85 * town.facts_per_day < year.size / 365 < 1.45 * town.facts_per_day


def test_noise_keeps_saturday_night_awake_and_lets_tuesday_morning_work(town: FictionalTown, year: Facts) -> None:
    noise = of_family(town, year, "noise")
    day, hour = weekday(noise.day), noise.minute // 60
    saturday_night = ((day == 5) & (hour >= 21)) | ((day == 6) & (hour < 3))
    tuesday_morning = (day == 1) & (hour >= 7) & (hour < 13)
    assert saturday_night.sum() > 5 * tuesday_morning.sum()


def test_summer_brings_bathers_and_winter_none(town: FictionalTown, year: Facts) -> None:
    water = of_family(town, year, "water_beach")
    months = np.array([date.fromordinal(int(day)).month for day in water.day])
    assert np.isin(months, (6, 7, 8)).mean() > 0.75
    assert np.isin(months, (12, 1, 2)).mean() < 0.03


def test_a_town_without_a_beach_has_no_facts_of_the_beach(territory: Territory, gazetteer: pl.DataFrame) -> None:
    inland = build_stage(territory, gazetteer.filter(pl.col("name") != "Plage du Prado"), timezone="Europe/Paris")
    natures = FictionalTown(inland, 7, 110.0).natures
    assert not [code for code in natures if code.startswith("water_beach.")]
    assert len(natures) > 60


def test_the_national_day_bangs(town: FictionalTown, year: Facts) -> None:
    fireworks = year.where(year.nature == town.natures.index("nuisance.fireworks"))
    on_the_day = np.isin(fireworks.day, [date(2025, 7, day).toordinal() for day in (13, 14)]).sum()
    assert on_the_day > 10 * fireworks.size / 365


def test_a_weak_signal_adds_facts_near_its_place_as_it_rises(town: FictionalTown, year: Facts) -> None:
    planted = np.array([str(name).startswith("needles/") for name in year.plant])
    assert planted.sum() > 10
    assert set(year.nature[planted].tolist()) == {town.natures.index("cleanliness.litter.syringes")}


def test_gravity_stays_on_its_scale_and_varies(year: Facts) -> None:
    assert set(np.unique(year.severity).tolist()) == {1, 2, 3, 4, 5}
