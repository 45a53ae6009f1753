from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from quietude.model.territory import Level, Territory
from quietude.sources.simulator.stage import Stage, build_stage


def test_places_outside_the_town_are_left_out(stage: Stage, gazetteer: pl.DataFrame) -> None:
    assert "Rue d'Ailleurs" in gazetteer["name"]
    assert "Rue d'Ailleurs" not in stage.name
    assert stage.size == gazetteer.height - 1


def test_every_place_lies_in_the_zone_it_is_said_to_lie_in(stage: Stage, territory: Territory) -> None:
    codes = territory.assign(stage.lon_deg, stage.lat_deg)["quarter"]
    assert [stage.zones[zone].code for zone in stage.zone] == codes.tolist()


def test_a_crossing_is_with_another_street_near_by(stage: Stage) -> None:
    crossed = stage.crossing != np.arange(stage.size)
    assert crossed.mean() > 0.95
    assert (stage.name[crossed] != stage.name[stage.crossing[crossed]]).all()
    metres = np.hypot(stage.x_m - stage.x_m[stage.crossing], stage.y_m - stage.y_m[stage.crossing])
    assert metres.max() <= 1_000


def test_landmarks_are_places_and_their_distance_is_right(stage: Stage) -> None:
    near = np.isfinite(stage.landmark_m)
    assert near.any()
    assert set(stage.kind[stage.landmark[near]]) == {"place"}
    at = stage.landmark
    metres = np.hypot(stage.x_m - stage.x_m[at], stage.y_m - stage.y_m[at])
    assert np.allclose(metres[near], stage.landmark_m[near])


def test_metres_lead_back_to_degrees(stage: Stage) -> None:
    lon, lat = stage.degrees(stage.x_m, stage.y_m)
    assert np.allclose(lon, stage.lon_deg)
    assert np.allclose(lat, stage.lat_deg)


def test_a_sector_is_the_coarsest_zone(stage: Stage) -> None:
    assert set(stage.sector) == {"1e arrondissement", "2e arrondissement"}


@pytest.mark.parametrize("gazetteer", [pytest.param(None, id="none"), pytest.param(pl.DataFrame(), id="empty")])
def test_a_town_without_a_gazetteer_plays_on_points_of_its_zones(
    territory: Territory, gazetteer: pl.DataFrame | None
) -> None:
    bare = build_stage(territory, gazetteer, timezone="Europe/Paris")
    codes = territory.assign(bare.lon_deg, bare.lat_deg)["quarter"]
    assert [bare.zones[zone].code for zone in bare.zone] == codes.tolist()
    assert set(bare.zone.tolist()) == {0, 1, 2, 3}
    assert set(bare.kind) == {"zone"}


def test_a_territory_without_zones_is_refused(territory: Territory) -> None:
    empty = Territory(levels=(Level(name="quarter", labels={}, zones=()),))
    with pytest.raises(ValueError, match="no zones at level 'quarter'"):
        build_stage(empty, None, timezone="Europe/Paris")
