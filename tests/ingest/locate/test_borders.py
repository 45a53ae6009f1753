"""Distances to borders and neighbourhoods are those one measures on the map."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from quietude.ingest.locate.borders import FAR_M, Borders
from quietude.model.territory import Territory


@pytest.fixture(scope="module")
def borders(territory: Territory) -> Borders:
    return Borders.of(territory)


def at(borders: Borders, lon: float, lat: float) -> tuple[np.ndarray, np.ndarray]:
    return borders.plane.to_metres(np.array([lon]), np.array([lat]))


def test_distance_to_the_border_is_metric(borders: Borders) -> None:
    x, y = at(borders, 5.31, 43.219)
    assert borders.distances(x, y, pl.Series(["q00"]))[0] == pytest.approx(111.2, abs=0.5)
    assert borders.distances(x, y, pl.Series([None], dtype=pl.String))[0] == FAR_M


def test_distance_to_a_zone_is_nought_inside(borders: Borders) -> None:
    x, y = at(borders, 5.31, 43.219)
    away = [float(borders.away(x, y, pl.Series([code], dtype=pl.String))[0]) for code in ("q00", "q01", None)]
    assert away == [0.0, pytest.approx(111.2, abs=0.5), FAR_M]


def test_the_nearest_place_inside_is_just_over_the_border(borders: Borders) -> None:
    x, y = at(borders, 5.31, 43.219)
    near_x, near_y = borders.nearest_inside(x, y, pl.Series(["q01"]))
    assert near_x[0] == pytest.approx(x[0], abs=1)
    assert near_y[0] - y[0] == pytest.approx(111.2 + 10, abs=1)
    assert [float(value[0]) for value in borders.nearest_inside(x, y, pl.Series([None], dtype=pl.String))] == [
        x[0],
        y[0],
    ]


def test_neighbours_touch_and_each_zone_is_its_own(borders: Borders, territory: Territory) -> None:
    pairs = set(borders.neighbours.iter_rows())
    assert {(zone.code, zone.code) for zone in territory.levels[-1].zones} <= pairs
    assert {("q00", "q10"), ("q00", "q01"), ("q00", "q11")} <= pairs
    assert pairs == {(other, zone) for zone, other in pairs}


def test_a_level_can_be_named(territory: Territory) -> None:
    assert len(Borders.of(territory, "arrondissement").level.zones) == 2
