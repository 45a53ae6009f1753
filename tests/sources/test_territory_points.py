"""Rough zones are drawn from located records: no overlap, no gap, no dependence on their order."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import h3.api.basic_int as h3
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Point

from quietude.sources.territory_points import PointsSpec, read_points_level, zones_from_points

POINT = st.tuples(
    st.floats(5.30, 5.40, allow_nan=False), st.floats(43.25, 43.32, allow_nan=False), st.sampled_from(["a", "b", "c"])
)


def frame(points: list[tuple[float, float, str]]) -> pl.DataFrame:
    return pl.DataFrame(points, schema={"lon": pl.Float64, "lat": pl.Float64, "code": pl.String}, orient="row")


@given(points=st.lists(POINT, min_size=1, max_size=60), seed=st.integers(0, 10))
@settings(max_examples=30, deadline=None)
def test_zones_neither_overlap_nor_depend_on_order(points: list[tuple[float, float, str]], seed: int) -> None:
    zones = zones_from_points(frame(points), {})
    again = zones_from_points(frame(points).sample(fraction=1.0, shuffle=True, seed=seed), {})
    assert [(zone.code, zone.geometry.wkb) for zone in zones] == [(zone.code, zone.geometry.wkb) for zone in again]
    assert all(one.geometry.intersection(two.geometry).area < 1e-12 for one, two in combinations(zones, 2))


@given(points=st.lists(POINT, min_size=1, max_size=60))
@settings(max_examples=30, deadline=None)
def test_every_record_lies_in_one_zone_and_its_cell_has_the_majoritys(points: list[tuple[float, float, str]]) -> None:
    zones = zones_from_points(frame(points), {})
    area = sum(zone.geometry.area for zone in zones)
    centres = {h3.latlng_to_cell(lat, lon, 8) for lon, lat, _ in points}
    for cell in centres:
        lat, lon = h3.cell_to_latlng(cell)
        here = [code for x, y, code in points if h3.latlng_to_cell(y, x, 8) == cell]
        most = max(here.count(code) for code in set(here))
        expected = min(code for code in set(here) if here.count(code) == most)
        holding = [zone.code for zone in zones if zone.geometry.buffer(1e-9).contains_properly(_point(lon, lat))]
        assert holding == [expected]
    assert area > 0


def _point(lon: float, lat: float) -> Point:
    return Point(lon, lat)


def test_gaps_between_records_are_filled_by_their_neighbours() -> None:
    corners = [(5.30, 43.25, "a"), (5.40, 43.25, "a"), (5.30, 43.32, "b"), (5.40, 43.32, "b")]
    zones = {zone.code: zone.geometry for zone in zones_from_points(frame(corners), {"a": "South"})}
    assert zones["a"].covers(_point(5.35, 43.26))
    assert zones["b"].covers(_point(5.35, 43.31))


def read(tmp_path: Path, text: str, **changes: object) -> dict[str, str]:
    (tmp_path / "records.csv").write_text(text)
    said: dict[str, object] = {
        "path": "records.csv",
        "code": "com",
        "lon": "lon",
        "lat": "lat",
        "box": (5, 43, 6, 44),
    } | changes
    zones = read_points_level(PointsSpec.model_validate(said), tmp_path / "records.csv", {"13201": "First"})
    return {zone.code: zone.name for zone in zones}


def test_codes_scales_and_scopes_of_a_file_are_read(tmp_path: Path) -> None:
    text = (
        "dep,com,lon,lat\n13,201.0,538000,4329000\n13,13202,5.39,43.30\n59,203,5.4,43.3\n13,55,5.4,43.3\n13,204,0,0\n"
    )
    found = read(
        tmp_path, text, pattern=r"^(?:13)?(2\d\d)(?:\.0)?$", code_format="13{}", scale=1e-5, where={"dep": ["13"]}
    )
    assert found == {"13201": "First", "13202": "13202"}


def test_both_degrees_may_stand_in_one_column(tmp_path: Path) -> None:
    text = "com,spot\nx,\"{'lon': 5.38, 'lat': 43.29}\"\n"
    assert read(tmp_path, text, lon=None, lat=None, point="spot") == {"x": "x"}


def test_a_file_without_a_usable_record_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no record has a code"):
        read(tmp_path, "com,lon,lat\nx,2.3,48.8\n")
