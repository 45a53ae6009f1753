from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from quietude.sources.simulator.habits import HABITS, sites_of
from quietude.sources.simulator.sightings import AGAIN, AMENDED, FIRST, Observer, Sightings
from quietude.sources.simulator.spec import SERVICES, Service
from quietude.sources.simulator.world import Facts, FictionalTown


@pytest.fixture(scope="module")
def facts(town: FictionalTown) -> Facts:
    return town.facts(date(2026, 6, 1), date(2026, 6, 30))


@pytest.fixture(scope="module")
def seen(town: FictionalTown, facts: Facts) -> dict[Service, Sightings]:
    return {service: Observer(town, service, 1.5).observe(facts) for service in SERVICES}


def test_some_facts_are_told_by_two_services_or_three(seen: dict[Service, Sightings]) -> None:
    told = np.concatenate([np.unique(sightings.fact_key) for sightings in seen.values()])
    _, services = np.unique(told, return_counts=True)
    shares = np.bincount(services, minlength=6) / len(services)
    assert shares[2] > 0.10
    assert shares[3] > 0.005


def test_services_agree_on_a_fact_but_for_minutes_and_metres(seen: dict[Service, Sightings]) -> None:
    police, video = (
        seen[service].where(seen[service].turn == FIRST) for service in ("municipal_police", "video_centre")
    )
    both, at, other = np.intersect1d(police.fact_key, video.fact_key, return_indices=True)
    assert len(both) > 30
    minutes = np.abs((police.at[at] - video.at[other]) / np.timedelta64(1, "m"))
    metres = np.hypot(police.x_m[at] - video.x_m[other], police.y_m[at] - video.y_m[other])
    assert np.median(minutes) < 15
    assert np.median(metres) < 200
    assert (police.at[at] != video.at[other]).mean() > 0.9
    assert (police.nature[at] == video.nature[other]).all()


@pytest.mark.parametrize("service", SERVICES)
def test_entries_come_in_the_order_they_were_made_and_after_the_fact(
    seen: dict[Service, Sightings], service: Service
) -> None:
    entered = seen[service].entered
    assert (np.diff(entered) >= np.timedelta64(0, "ms")).all()
    assert (entered > seen[service].at).all()


@pytest.mark.parametrize("service", SERVICES)
def test_a_second_number_is_a_new_key_and_an_amendment_is_not(seen: dict[Service, Sightings], service: Service) -> None:
    entries = seen[service]
    numbers = entries.fact_day * 100_000 + entries.serial
    fresh = numbers[entries.turn != AMENDED]
    assert len(np.unique(fresh)) == len(fresh)
    assert np.isin(numbers[entries.turn == AMENDED], fresh).all()
    again = entries.where(entries.turn == AGAIN)
    assert np.isin(again.fact_key, entries.fact_key[entries.turn == FIRST]).all()


def test_amending_puts_the_category_right(town: FictionalTown, seen: dict[Service, Sightings]) -> None:
    amended = seen["town_hall_desk"].where(seen["town_hall_desk"].turn == AMENDED)
    fits = Observer(town, "town_hall_desk").coding[amended.nature, amended.category]
    assert amended.size > 10
    assert (fits > 0).all()


def test_numbers_do_not_depend_on_the_days_asked_for(town: FictionalTown) -> None:
    observer = Observer(town, "municipal_police")
    whole = observer.observe(town.facts(date(2026, 6, 1), date(2026, 6, 30)))
    alone = observer.observe(town.facts(date(2026, 6, 12), date(2026, 6, 12)))
    day = whole.where(whole.fact_day == date(2026, 6, 12).toordinal())
    assert np.array_equal(day.serial, alone.serial)
    assert np.array_equal(day.key, alone.key)
    assert np.array_equal(day.at, alone.at)


def test_a_higher_rate_records_more_of_the_same(town: FictionalTown, facts: Facts) -> None:
    usual, eager = (Observer(town, "municipal_police", rate).observe(facts) for rate in (0.6, 1.2))
    assert set(usual.fact_key.tolist()) < set(eager.fact_key.tolist())


def test_cameras_landlord_and_stops_see_from_their_own_places_only(
    town: FictionalTown, seen: dict[Service, Sightings]
) -> None:
    for service in ("video_centre", "social_landlord", "transport"):
        sites = sites_of(HABITS[service], service, town.stage, town.terrain)
        assert set(seen[service].place.tolist()) <= set(sites[sites >= 0].tolist())
        assert (sites < 0).any()
