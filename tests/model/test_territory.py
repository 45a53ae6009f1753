"""Every point of the town lies in one zone per level, the same one each time, whichever way it is looked up."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry.base import BaseGeometry

from quietude.model.territory import POINTS_FOR_A_GRID, Level, Territory, Zone
from quietude.model.zone_grid import MIXED, OUTSIDE, ZoneGrid, prepared_tree, zone_indices

# Two squares side by side, the east one with a hole that holds a third, and an island.
WEST = shapely.box(5.0, 43.0, 5.1, 43.1)
LAKE = shapely.box(5.14, 43.04, 5.16, 43.06)
EAST = shapely.difference(shapely.box(5.1, 43.0, 5.2, 43.1), LAKE)
ISLET = shapely.box(5.145, 43.045, 5.155, 43.055)
ISLANDS = shapely.MultiPolygon([shapely.box(5.25, 43.0, 5.26, 43.01), shapely.box(5.27, 43.0, 5.28, 43.01)])


def level(name: str, **outlines: BaseGeometry) -> Level:
    zones = tuple(Zone(code=code, name=code, parent=None, geometry=outline) for code, outline in outlines.items())
    return Level(name=name, labels={}, zones=zones)


TOWN = Territory(levels=(level("quartier", west=WEST, east=EAST, islet=ISLET, islands=ISLANDS),))


def assigned(lon: float, lat: float, town: Territory = TOWN) -> object:
    return town.assign(np.array([lon]), np.array([lat]))["quartier"][0]


@pytest.mark.parametrize(
    ("lon", "lat", "code"),
    [
        pytest.param(5.05, 43.05, "west", id="inside"),
        pytest.param(5.12, 43.05, "east", id="beside-the-hole"),
        pytest.param(5.142, 43.05, None, id="in-the-hole"),
        pytest.param(5.15, 43.05, "islet", id="in-the-zone-in-the-hole"),
        pytest.param(5.1, 43.05, "west", id="on-a-common-border"),
        pytest.param(5.14, 43.05, "east", id="on-the-shore"),
        pytest.param(5.0, 43.0, "west", id="on-a-corner-of-the-town"),
        pytest.param(5.2, 43.1, "east", id="on-the-outermost-corner"),
        pytest.param(5.255, 43.005, "islands", id="on-an-island"),
        pytest.param(5.265, 43.005, None, id="between-islands"),
        pytest.param(4.999, 43.05, None, id="outside"),
        pytest.param(43.05, 5.05, None, id="swapped"),
        pytest.param(0.0, 0.0, None, id="null-island"),
        pytest.param(np.nan, 43.05, None, id="not-a-number"),
        pytest.param(5.05, np.inf, None, id="infinite"),
        pytest.param(1e308, -1e308, None, id="far-out"),
    ],
)
def test_a_point_is_in_its_zone_with_and_without_the_grid(lon: float, lat: float, code: str | None) -> None:
    assert assigned(lon, lat) == code
    many = np.full(POINTS_FOR_A_GRID, lon), np.full(POINTS_FOR_A_GRID, lat)
    fresh = Territory(levels=(level("quartier", west=WEST, east=EAST, islet=ISLET, islands=ISLANDS),))
    assert set(fresh.assign(*many)["quartier"]) == {code}


def test_the_first_zone_of_the_level_has_the_common_border() -> None:
    other_way = Territory(levels=(level("quartier", east=EAST, west=WEST),))
    assert assigned(5.1, 43.05, other_way) == "east"


def test_a_level_without_zones_holds_nothing() -> None:
    many = np.full(POINTS_FOR_A_GRID, 5.0)
    assert set(Territory(levels=(level("quartier"),)).assign(many, many)["quartier"]) == {None}
    assert TOWN.assign(np.array([]), np.array([]))["quartier"].shape == (0,)


corners = st.integers(0, 12)  # of a coarse lattice, so that zones touch, overlap and share corners


@st.composite
def patchworks(draw: st.DrawFn) -> list[BaseGeometry]:
    shapes = []
    for _ in range(draw(st.integers(1, 5))):
        points = draw(st.lists(st.tuples(corners, corners), min_size=3, max_size=6, unique=True))
        shapes.append(shapely.make_valid(shapely.Polygon(points)).buffer(0))
    return [shape for shape in shapes if shape.area > 0] or [shapely.box(0, 0, 1, 1)]


@given(shapes=patchworks(), side=st.sampled_from([1, 2, 7, 24, 50]), seed=st.integers(0, 2**32 - 1))
@settings(max_examples=50, deadline=None)
def test_the_grid_says_what_each_zone_says(shapes: list[BaseGeometry], side: int, seed: int) -> None:
    dice = np.random.default_rng(seed)
    lattice = np.array([(x / 4, y / 4) for x in range(-4, 53) for y in range(-4, 53)])
    lons, lats = np.concatenate([lattice, dice.uniform(-1, 13, (500, 2))]).T
    tree = prepared_tree(shapes)
    grid = ZoneGrid.over(tree, side)
    by_grid = grid.look_up(lons, lats)
    one_by_one = np.full(len(lons), OUTSIDE)
    for index, shape in reversed(list(enumerate(shapes))):
        one_by_one[shapely.intersects(shape, shapely.points(lons, lats))] = index
    is_sure = by_grid != MIXED
    assert (by_grid[is_sure] == one_by_one[is_sure]).all()
    assert (zone_indices(tree, lons, lats) == one_by_one).all()


@pytest.mark.data
def test_every_point_of_marseille_is_where_shapely_finds_it(data_dir: Path) -> None:
    file = data_dir / "geo" / "marseille_quartiers_rues" / "marseille_quartiers_111.geojson"
    features = json.loads(file.read_text("utf-8"))["features"]
    outlines = {str(n): shapely.from_geojson(json.dumps(f["geometry"])) for n, f in enumerate(features)}
    town = Territory(levels=(level("quartier", **outlines),))
    dice = np.random.default_rng(7)
    lons, lats = dice.uniform(5.2, 5.6, POINTS_FOR_A_GRID), dice.uniform(43.1, 43.4, POINTS_FOR_A_GRID)
    codes = town.assign(lons, lats)["quartier"]
    point_at, zone_at = shapely.STRtree(list(outlines.values())).query(shapely.points(lons, lats), "intersects")
    held = {(int(point), str(zone)) for point, zone in zip(point_at, zone_at, strict=True)}
    assert {(n, code) for n, code in enumerate(codes) if code is not None} <= held
    assert {n for n, code in enumerate(codes) if code is not None} == {point for point, _ in held}
