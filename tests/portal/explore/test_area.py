"""What a question draws on the map and which part of the town it is about."""

from __future__ import annotations

import pytest
import shapely
from bench.explore_facts import grid_town

from quietude.model.filter.question import ABSENT, Box, Filter, Near, ZoneChoice
from quietude.portal.explore.area import area_of, bounds_of

TOWN = grid_town()


def test_a_circle_has_the_radius_that_the_question_says() -> None:
    circle = area_of(Filter(near=Near(lat_deg=43.3, lon_deg=5.37, radius_m=1000)))
    assert circle is not None
    west, south, east, north = circle.bounds
    assert (north - south) * 111_195 == pytest.approx(2000, rel=0.01)
    assert (east - west) * 111_195 * 0.7278 == pytest.approx(2000, rel=0.01)  # cos 43.3° = 0.7278


def test_a_box_and_an_outline_are_drawn_as_they_are() -> None:
    assert area_of(Filter(box=Box(5.3, 43.2, 5.4, 43.3))) == shapely.box(5.3, 43.2, 5.4, 43.3)
    corners = ((5.3, 43.2), (5.4, 43.2), (5.4, 43.3))
    assert area_of(Filter(polygon=corners)) == shapely.Polygon(corners)
    assert area_of(Filter(severity_from=3)) is None


def test_the_bounds_hold_the_zones_that_the_question_names() -> None:
    bounds = bounds_of(Filter(zones=ZoneChoice(any_of=(("quartier", "q00"), ("quartier", "q11")))), TOWN)
    assert bounds is not None
    held = shapely.box(*bounds)
    assert all(held.contains(TOWN.level("quartier").by_code[code].geometry) for code in ("q00", "q11"))


@pytest.mark.parametrize("pair", [("quartier", ABSENT), ("quartier", "gone"), ("planet", "earth")])
def test_zones_without_an_outline_have_no_bounds(pair: tuple[str, str]) -> None:
    assert bounds_of(Filter(zones=ZoneChoice(any_of=(pair,))), TOWN) is None
