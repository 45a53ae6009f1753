"""Where an authorisation holds: zones and drawn areas together, judged on the border, and what is no area."""

from __future__ import annotations

from typing import Any

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from quietude.video.api import DrawnArea, PlaceError, Places, drawn_areas

SQUARE: dict[str, Any] = {"type": "Polygon", "coordinates": [[[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]]]}
RING = {
    "type": "Polygon",
    "coordinates": [SQUARE["coordinates"][0], [[0.5, 0.5], [1.5, 0.5], [1.5, 1.5], [0.5, 1.5], [0.5, 0.5]]],
}


def feature(geometry: object, name: object = None) -> dict[str, Any]:
    return {"type": "Feature", "properties": {"name": name}, "geometry": geometry}


@pytest.mark.parametrize(
    ("zones", "point", "holds"),
    [
        pytest.param({"quarter:a"}, None, True, id="first-zone"),
        pytest.param({"quarter:b"}, None, True, id="second-zone"),
        pytest.param({"quarter:c"}, (1.0, 1.0), True, id="in-the-area"),
        pytest.param({"quarter:c"}, (2.0, 1.0), True, id="on-its-border"),
        pytest.param({"quarter:c"}, (2.000001, 1.0), False, id="beside-it"),
        pytest.param({"quarter:c"}, None, False, id="point-unknown"),
        pytest.param(set(), None, False, id="nothing-known"),
    ],
)
def test_it_holds_in_any_of_its_places(zones: set[str], point: tuple[float, float] | None, holds: bool) -> None:
    places = Places(frozenset({"quarter:a", "quarter:b"}), drawn_areas(SQUARE))
    assert places.hold(zones, point) is holds


def test_without_a_place_it_is_the_whole_town_and_a_hole_is_outside() -> None:
    assert Places().hold((), None)
    assert not Places(areas=drawn_areas(RING)).hold((), (1.0, 1.0))
    assert Places(areas=drawn_areas(RING)).hold((), (0.2, 0.2))


def test_areas_keep_their_names_and_come_back_as_they_were_said() -> None:
    said = {"type": "FeatureCollection", "features": [feature(SQUARE, " Vieux   Port "), feature(RING)]}
    areas = drawn_areas(said)
    assert [area.name for area in areas] == ["Vieux Port", "2"]
    again = drawn_areas({"type": "FeatureCollection", "features": [area.geojson() for area in areas]})
    assert again == areas


@pytest.mark.parametrize(
    ("document", "why"),
    [
        pytest.param({"type": "Point", "coordinates": [0, 0]}, "expected a GeoJSON polygon", id="a-point"),
        pytest.param({"type": "FeatureCollection", "features": []}, "no feature", id="nothing"),
        pytest.param([], "expected a GeoJSON polygon", id="a-list"),
        pytest.param({"type": "FeatureCollection", "features": [3]}, "area 1", id="a-number"),
        pytest.param({"type": "Polygon", "coordinates": [[["a", "b"]]]}, "cannot be read", id="words"),
        pytest.param({"type": "Polygon", "coordinates": [[[0, 0], [1, 1]]]}, "area 1", id="two-corners"),
        pytest.param({"type": "Polygon", "coordinates": []}, "empty", id="empty"),
        pytest.param(
            {"type": "Polygon", "coordinates": [[[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]]}, "crosses itself",
            id="bow-tie",
        ),
        pytest.param(
            {"type": "Polygon", "coordinates": [[[89e4, 62e5], [91e4, 62e5], [91e4, 63e5], [89e4, 62e5]]]},
            "no degrees", id="lambert-93",
        ),
        pytest.param(
            {"type": "Polygon", "coordinates": [[[0, 0], [float("nan"), 0], [1, 1], [0, 0]]]}, "no numbers", id="nan"
        ),
    ],
)  # fmt: skip
def test_what_is_no_area_is_refused_with_the_reason(document: Any, why: str) -> None:
    with pytest.raises(PlaceError, match=why):
        drawn_areas(document)


def test_an_outline_of_too_many_corners_is_refused() -> None:
    coast = shapely.Point(0, 0).buffer(1, quad_segs=600)
    with pytest.raises(PlaceError, match="more than 2000 corners"):
        drawn_areas(shapely.geometry.mapping(coast))


@given(lon=st.floats(-180, 180), lat=st.floats(-90, 90))
def test_a_square_holds_exactly_what_lies_between_its_sides(lon: float, lat: float) -> None:
    area = DrawnArea("a", shapely.box(-10, -10, 10, 10))
    assert area.holds((lon, lat)) == (-10 <= lon <= 10 and -10 <= lat <= 10)
