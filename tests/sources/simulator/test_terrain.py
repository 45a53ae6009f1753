from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from quietude.model.territory import Territory
from quietude.sources.simulator.draws import Draws
from quietude.sources.simulator.stage import Stage, build_stage
from quietude.sources.simulator.terrain import PROFILES, Terrain


@pytest.mark.parametrize("profile", PROFILES)
def test_weights_of_a_profile_sum_to_one(profile: str, stage: Stage) -> None:
    weights = Terrain(stage, Draws(7)).weights(profile)
    assert (weights >= 0).all()
    assert weights.sum() == pytest.approx(1)


def test_beaches_are_where_a_name_says_so_and_nowhere_else(
    stage: Stage, territory: Territory, gazetteer: pl.DataFrame
) -> None:
    weights = Terrain(stage, Draws(7)).weights("beaches")
    assert stage.name[weights > 0].tolist() == ["Plage du Prado"]
    inland = build_stage(territory, gazetteer.filter(pl.col("name") != "Plage du Prado"), timezone="Europe/Paris")
    assert not Terrain(inland, Draws(7)).has("beaches")


def test_there_is_one_stadium_even_where_no_name_says_so(stage: Stage, territory: Territory) -> None:
    assert stage.name[Terrain(stage, Draws(7)).weights("stadium") > 0].tolist() == ["Stade Municipal"]
    streets = pl.DataFrame(
        {"kind": ["street"] * 2, "name": ["Avenue A", "Avenue B"], "lon": [5.31, 5.32], "lat": [43.21, 43.22]}
    )
    bare = build_stage(territory, streets, timezone="Europe/Paris")
    assert (Terrain(bare, Draws(7)).weights("stadium") > 0).sum() == 1


def test_around_prefers_what_is_near(stage: Stage) -> None:
    weights = Terrain(stage, Draws(7)).around("everywhere", 0.0, 0.0, 300.0)
    metres = np.hypot(stage.x_m, stage.y_m)
    assert weights[metres < 600].sum() > 0.9 * weights.sum()


def test_around_a_point_without_places_still_finds_the_nearest(stage: Stage) -> None:
    assert Terrain(stage, Draws(7)).around("beaches", 50_000.0, 0.0, 50.0).sum() > 0


def test_an_unknown_profile_is_refused(stage: Stage) -> None:
    with pytest.raises(KeyError, match="no profile 'moors'"):
        Terrain(stage, Draws(7)).weights("moors")
