from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from quietude.sources.simulator.lexicon_file import read_plants
from quietude.sources.simulator.plants import Plant, plants_between
from quietude.sources.simulator.world import FictionalTown

FIRST, LAST = date(2025, 3, 1).toordinal(), date(2027, 2, 28).toordinal()


def planted(town: FictionalTown, first: int = FIRST, last: int = LAST) -> dict[str, Plant]:
    return {plant.name: plant for plant in plants_between(read_plants(), first, last, town.terrain, town.draws)}


def test_two_years_hold_every_kind_of_plant(town: FictionalTown) -> None:
    kinds = {plant.form.kind for plant in planted(town).values()}
    assert kinds == {"hot_spot", "drift", "growth", "weak_signal", "series", "occasion"}


@pytest.mark.parametrize("day", [date(2025, 3, 1), date(2026, 11, 22), date(2031, 1, 1), date(2044, 6, 6)])
def test_any_day_has_drifts_and_weak_signals_under_way_or_just_over(town: FictionalTown, day: date) -> None:
    kinds = {plant.form.kind for plant in planted(town, day.toordinal() - 60, day.toordinal()).values()}
    assert {"drift", "growth", "weak_signal", "series"} <= kinds


def test_a_plant_is_the_same_whatever_period_is_asked_for(town: FictionalTown) -> None:
    whole, part = planted(town), planted(town, FIRST + 200, FIRST + 260)
    assert part
    assert part == {name: whole[name] for name in part}


def test_a_drift_moves_its_way_and_a_hot_spot_stays(town: FictionalTown) -> None:
    plants = planted(town).values()
    drift = next(plant for plant in plants if plant.form.kind == "drift")
    assert drift.first_day is not None
    assert drift.last_day is not None
    begin, end = drift.centre(drift.first_day), drift.centre(drift.last_day)
    assert np.hypot(end[0] - begin[0], end[1] - begin[1]) == pytest.approx(drift.form.moves_m)
    still = next(plant for plant in plants if plant.form.kind == "hot_spot")
    assert still.centre(FIRST) == still.centre(LAST)


def test_a_weak_signal_rises_slowly_then_fast_and_ends(town: FictionalTown) -> None:
    signal = next(plant for plant in planted(town).values() if plant.form.kind == "weak_signal")
    assert signal.first_day is not None
    assert signal.last_day is not None
    days = np.arange(signal.first_day - 5, signal.last_day + 6)
    strength = signal.strength(days)
    alive = (days >= signal.first_day) & (days <= signal.last_day)
    assert (np.diff(strength[alive]) > 0).all()
    assert strength[alive][0] < 0.02
    assert strength[alive][-1] > 0.9
    assert not strength[~alive].any()
