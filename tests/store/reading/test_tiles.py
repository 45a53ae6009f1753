"""Tiles never lose a fact nor count it twice."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.model.strategies import fact, table_of
from tests.store.conftest import EVERYONE, opened
from tests.store.vector_tile import points

from quietude.model.event import Reality
from quietude.model.filter.question import Filter
from quietude.store.api import Store


def located(seed: int, lon: float, lat: float, **columns: object) -> dict[str, object]:
    return fact(seed) | {"uid": f"{seed:032x}", "lon_deg": lon, "lat_deg": lat, **columns}


@given(
    places=st.lists(
        st.tuples(st.floats(-180, 180), st.floats(-90, 90))
        | st.tuples(
            st.sampled_from([-180.0, -90.0, 0.0, 90.0, 180.0]), st.sampled_from([-90.0, -66.5, 0.0, 66.5, 90.0])
        ),
        min_size=1,
        max_size=30,
    )
)
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
def test_each_fact_is_in_exactly_one_tile_of_each_zoom(
    tmp_path_factory: pytest.TempPathFactory, places: list[tuple[float, float]]
) -> None:
    store = opened(tmp_path_factory.mktemp("facts"))
    store.upsert(table_of([located(seed, lon, lat) for seed, (lon, lat) in enumerate(places)]))
    for zoom in (0, 1, 2):
        side = range(1 << zoom)
        counted = [
            point["count"] for x in side for y in side for point in points(store.tile(EVERYONE, Filter(), zoom, x, y))
        ]
        assert sum(counted) == len(places)


def test_a_point_of_one_fact_names_it_and_one_of_many_says_how_many(store: Store) -> None:
    alone = located(1, 5.40, 43.30, category="damage.graffiti", severity=2, reality=Reality.REAL)
    crowd = [
        located(seed, 5.37, 43.29, category=category, severity=severity, reality=reality)
        for seed, category, severity, reality in (
            (2, "noise.music", 1, Reality.REAL),
            (3, "noise", 5, Reality.FICTIONAL),
            (4, "damage", 3, Reality.REAL),
            (5, "noise.music", 1, Reality.REAL),
        )
    ]
    store.upsert(table_of([alone, *crowd]))
    by_count = {point["count"]: point for point in points(store.tile(EVERYONE, Filter(), 12, 2109, 1500))}
    assert by_count[1]["id"].endswith(f"{1:032x}")
    assert (by_count[1]["severity"], by_count[1]["reality"]) == (2, "real")
    many = by_count[4]
    assert (many["severity"], many["reality"]) == (3, "fictional")  # the mean, 2.5, rounded up
    assert "id" not in many
    assert 0 <= many["x"] < 4096
    assert 0 <= many["y"] < 4096


def test_a_point_tells_its_most_frequent_family_where_it_is_asked(store: Store) -> None:
    alone = located(1, 5.40, 43.30, category="damage.graffiti")
    crowd = [
        located(seed, 5.37, 43.29, category=category)
        for seed, category in ((2, "noise.music"), (3, "noise"), (4, "damage"), (5, "noise.music"))
    ]
    evenly = [located(seed, 5.38, 43.31, category=category) for seed, category in ((6, "noise"), (7, "damage"))]
    store.upsert(table_of([alone, *crowd, *evenly]))
    asked = points(store.tile(EVERYONE, Filter(), 12, 2109, 1500, has_families=True))
    assert {point["count"]: point["family"] for point in asked} == {1: "damage", 2: "damage", 4: "noise"}
    plain = points(store.tile(EVERYONE, Filter(), 12, 2109, 1500))
    assert [(point["x"], point["y"], point["count"]) for point in plain] == [
        (point["x"], point["y"], point["count"]) for point in asked
    ]
    assert not any("family" in point for point in plain)
