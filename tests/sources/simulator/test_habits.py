from __future__ import annotations

import numpy as np
import pytest

from quietude.sources.simulator.habits import HABITS, PlaceForm, sites_of
from quietude.sources.simulator.spec import SERVICES, Service
from quietude.sources.simulator.world import FictionalTown


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_has_habits_with_a_weight_for_each_way_to_say_where(service: Service) -> None:
    assert len(HABITS[service].place_forms) == len(PlaceForm)
    assert sum(HABITS[service].place_forms) == pytest.approx(1)


@pytest.mark.parametrize("service", ["video_centre", "social_landlord", "transport"])
def test_a_site_is_within_reach_of_what_it_watches(service: Service, town: FictionalTown) -> None:
    habits, stage = HABITS[service], town.stage
    sites = sites_of(habits, service, stage, town.terrain)
    seen = np.flatnonzero(sites >= 0)
    assert len(seen) > 0
    metres = np.hypot(stage.x_m[seen] - stage.x_m[sites[seen]], stage.y_m[seen] - stage.y_m[sites[seen]])
    assert metres.max() <= habits.reach_m


def test_those_who_go_anywhere_see_everywhere(town: FictionalTown) -> None:
    sites = sites_of(HABITS["municipal_police"], "municipal_police", town.stage, town.terrain)
    assert np.array_equal(sites, np.arange(town.stage.size))
