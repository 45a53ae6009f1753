"""Outlines keep their borders, labels are drawn once, classes hold about as many zones each."""

from __future__ import annotations

import json

import polars as pl
import pytest
import shapely
from bench.explore_facts import grid_town
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import shape

from quietude.portal.explore.places import labels, outlines, quantile_classes, zone_counts


def test_simplified_neighbours_still_cover_the_town_without_gap_or_overlap() -> None:
    level = grid_town().levels[1]
    drawn = [shape(feature["geometry"]) for feature in json.loads(outlines(level))["features"]]
    before = shapely.union_all([zone.geometry for zone in level.zones])
    assert shapely.union_all(drawn).symmetric_difference(before).area < 1e-6
    assert sum(zone.area for zone in drawn) == pytest.approx(before.area, rel=1e-6)


def test_outlines_say_code_name_population_and_a_point_inside() -> None:
    level = grid_town().levels[0]
    [feature, *_] = json.loads(outlines(level))["features"]
    told = feature["properties"]
    assert (told["code"], told["name"], told["population"]) == ("a0", "Arrondissement 1", 50_000)
    assert shape(feature["geometry"]).contains(shapely.Point(told["lon"], told["lat"]))


def test_labels_name_streets_and_places_once_and_leave_house_numbers_out() -> None:
    rows = pl.DataFrame(
        {
            "kind": ["street", "street", "place", "number", "street"],
            "name": ["Rue Longue", "Rue Longue", "Gare", "Rue Longue", None],
            "lon": [5.37, 5.3701, 5.38, 5.37, 5.37],
            "lat": [43.3, 43.3001, 43.3, 43.3, 43.3],
        }
    )
    features = json.loads(labels(rows))["features"]
    assert [feature["properties"]["name"] for feature in features] == ["Rue Longue", "Gare"]


def test_zones_without_facts_are_counted_too_and_small_populations_give_no_rate() -> None:
    level = grid_town().levels[1]
    rows = zone_counts(level, {"q01": 20, "q00": 5, None: 7})
    assert [(row.code, row.count) for row in rows[:2]] == [("q01", 20), ("q00", 5)]
    assert len(rows) == len(level.zones)
    assert rows[0].per_1000 == pytest.approx(2.0)
    assert rows[1].per_1000 is None


@settings(max_examples=50)
@given(st.lists(st.integers(0, 10_000), max_size=150))
def test_class_bounds_rise_and_every_positive_value_is_in_a_class(values: list[int]) -> None:
    bounds = quantile_classes(values)
    positive = [value for value in values if value > 0]
    assert len(bounds) <= 5
    assert bounds == sorted(set(bounds))
    assert bool(bounds) == bool(positive)
    assert all(bounds[0] <= value for value in positive)


def test_classes_are_round_numbers_of_equal_weight() -> None:
    assert quantile_classes(range(1, 101)) == [1.0, 21.0, 41.0, 60.0, 80.0]
    assert quantile_classes([7] * 40) == [7.0]


@given(st.lists(st.integers(0, 30), max_size=60))
def test_classes_of_counts_have_whole_bounds(values: list[int]) -> None:
    assert all(bound.is_integer() for bound in quantile_classes(values, are_counts=True))
