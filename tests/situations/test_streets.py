"""Ways along streets: against a graph library, one way and back, islands, stubs, and points far off any street."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from quietude.situations.api import Lack, Means, Network, Reach, StreetFileError, Way, read_streets, street_file

DEGREE_M = math.radians(1) * 6_371_008.8
STEP = 0.001
"""Degrees between the crossings of the made-up town; at the equator, where a degree is as long either way."""
STEP_M = STEP * DEGREE_M


def street(*corners: tuple[float, float], **said: str) -> dict[str, Any]:
    """Return a street by its corners, counted in steps."""
    line = {"type": "LineString", "coordinates": [[x * STEP, y * STEP] for x, y in corners]}
    return {"type": "Feature", "properties": said, "geometry": line}


def laid(folder: Path, *streets: dict[str, Any], crs: str = "") -> Path:
    """Lay a file of streets in a town's folder."""
    path = folder / "territory" / "streets.geojson"
    path.parent.mkdir(exist_ok=True)
    said: dict[str, Any] = {"type": "FeatureCollection", "features": list(streets)}
    if crs:
        said["crs"] = {"type": "name", "properties": {"name": crs}}
    path.write_bytes(orjson.dumps(said))
    return path


def way(path: Path, begin: tuple[float, float], to: tuple[float, float], means: Means = Means.CAR) -> Way:
    """Return a way between two places, counted in steps."""
    scaled = [(x * STEP, y * STEP) for x, y in (begin, to)]
    return Reach.of(Network.of(read_streets(path), means), scaled[1]).way(scaled[0])


SQUARE = street((0, 0), (4, 0), (8, 0), (8, 4), (8, 8), (4, 8), (0, 8), (0, 4), (0, 0))


def steps(found: Way) -> float:
    assert found.distance_m is not None
    return found.distance_m / STEP_M


def test_the_way_follows_the_streets_and_not_the_line(tmp_path: Path) -> None:
    path = laid(tmp_path, SQUARE)
    found = way(path, (0, 4), (8, 4))
    assert steps(found) == pytest.approx(16, rel=1e-3)
    assert found.lasts_s == pytest.approx(16 * STEP_M / (25 / 3.6), rel=1e-3)
    assert steps(way(path, (2, 0), (6, 0))) == pytest.approx(4, rel=1e-3), "within one piece"


def test_one_drives_a_one_way_street_one_way_and_walks_it_both(tmp_path: Path) -> None:
    path = laid(
        tmp_path, street((0, 0), (8, 0), oneway="yes"), street((8, 0), (8, 8), (0, 8), (0, 0)),
    )  # fmt: skip
    assert steps(way(path, (1, 0), (7, 0))) == pytest.approx(6, rel=1e-3)
    assert steps(way(path, (7, 0), (1, 0))) == pytest.approx(26, rel=1e-3)
    assert steps(way(path, (7, 0), (1, 0), Means.FOOT)) == pytest.approx(6, rel=1e-3)
    back = laid(tmp_path, street((0, 0), (8, 0), oneway="-1"), street((8, 0), (8, 8), (0, 8), (0, 0)))
    assert steps(way(back, (1, 0), (7, 0), Means.BIKE)) == pytest.approx(26, rel=1e-3)
    circle = laid(tmp_path, street((0, 0), (8, 0), (8, 8), (0, 8), (0, 0), junction="roundabout"))
    assert steps(way(circle, (7, 0), (1, 0))) == pytest.approx(26, rel=1e-3)


def test_steps_are_for_feet_alone_and_motorways_for_none(tmp_path: Path) -> None:
    path = laid(
        tmp_path, SQUARE, street((0, 4), (8, 4), highway="steps"), street((4, 0), (4, 8), highway="motorway"),
    )  # fmt: skip
    assert steps(way(path, (0, 4), (8, 4), Means.FOOT)) == pytest.approx(8, rel=1e-3)
    for means in (Means.CAR, Means.MOTORBIKE, Means.BIKE):
        assert steps(way(path, (0, 4), (8, 4), means)) == pytest.approx(16, rel=1e-3), means


def test_streets_that_cross_on_a_bridge_do_not_meet(tmp_path: Path) -> None:
    path = laid(tmp_path, street((0, 4), (8, 4)), street((4, 0), (4, 8)))
    assert way(path, (0, 4), (4, 8)).lack is Lack.APART


def test_an_island_has_ways_of_its_own_and_none_to_the_shore(tmp_path: Path) -> None:
    path = laid(tmp_path, SQUARE, street((20, 0), (28, 0)))
    assert way(path, (21, 0), (8, 4)) == Way(None, lack=Lack.APART)
    assert steps(way(path, (21, 0), (27, 0))) == pytest.approx(6, rel=1e-3)


def test_a_stub_that_joins_nothing_is_a_fault_of_the_drawing(tmp_path: Path) -> None:
    path = laid(tmp_path, SQUARE, street((3, 0.3), (4, 0.3)))
    found = way(path, (3.5, 0.3), (6, 0))
    assert steps(found) == pytest.approx(2.5 + 0.3, rel=1e-3)
    assert found.off_m == pytest.approx(0.3 * STEP_M, rel=1e-3)


def test_a_point_far_off_any_street_has_no_way_and_a_near_one_says_how_far(tmp_path: Path) -> None:
    path = laid(tmp_path, SQUARE)
    assert way(path, (4, -5), (4, 0)) == Way(None, lack=Lack.FAR_OFF)
    assert way(path, (4, 0), (4, -5)).lack is Lack.FAR_OFF
    found = way(path, (4, -2), (6, 0))
    assert steps(found) == pytest.approx(4, rel=1e-3)
    assert found.off_m == pytest.approx(2 * STEP_M, rel=1e-3)
    assert found.lasts_s == pytest.approx(2 * STEP_M / (25 / 3.6) + 2 * STEP_M / 1.4, rel=1e-3)


def test_a_town_without_a_street_for_a_means_has_no_way(tmp_path: Path) -> None:
    path = laid(tmp_path, street((0, 0), (8, 0), highway="footway"))
    assert way(path, (0, 0), (8, 0)).lack is Lack.FAR_OFF
    assert steps(way(path, (0, 0), (8, 0), Means.FOOT)) == pytest.approx(8, rel=1e-3)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        pytest.param(b"", "cannot be read|can be read", id="empty"),
        pytest.param(b"{", "can be read", id="broken"),
        pytest.param(orjson.dumps({"type": "FeatureCollection", "features": []}), "holds no street", id="nothing"),
        pytest.param(
            orjson.dumps({"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": [0, 0]}}),
            "holds no line", id="points",
        ),
    ],
)  # fmt: skip
def test_a_file_that_holds_no_streets_is_refused(content: bytes, why: str, tmp_path: Path) -> None:
    path = laid(tmp_path)
    path.write_bytes(content)
    with pytest.raises(StreetFileError, match=why):
        read_streets(path)


def test_metres_are_refused_with_the_command_that_makes_degrees(tmp_path: Path) -> None:
    path = laid(tmp_path, street((0, 0), (1, 0)), crs="urn:ogc:def:crs:EPSG::2154")
    with pytest.raises(StreetFileError, match="ogr2ogr -t_srs EPSG:4326"):
        read_streets(path)
    beyond = laid(tmp_path, street((0, 0), (890_000_000, 0)))
    with pytest.raises(StreetFileError, match="no longitude and latitude"):
        read_streets(beyond)


def test_a_town_without_a_file_has_none(tmp_path: Path) -> None:
    assert street_file(tmp_path) is None
    assert street_file(laid(tmp_path, SQUARE).parents[1]) == tmp_path / "territory" / "streets.geojson"


crossings = st.tuples(st.integers(0, 5), st.integers(0, 5))


@settings(max_examples=40, deadline=None)
@given(missing=st.sets(st.tuples(crossings, st.booleans()), max_size=40), begin=crossings, to=crossings)
def test_it_is_the_shortest_way_that_a_plain_search_finds(
    missing: set[tuple[tuple[int, int], bool]], begin: tuple[int, int], to: tuple[int, int],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:  # fmt: skip
    """A grid of streets with gaps; the frame around it joins all that is left, so that nothing is a stub."""
    pieces = {
        (at, (at[0] + 1, at[1]) if is_east else (at[0], at[1] + 1))
        for at in ((x, y) for x in range(6) for y in range(6))
        for is_east in (True, False)
        if (at, is_east) not in missing
    }
    frame = [((-1, -1), (7, -1)), ((7, -1), (7, 7)), ((7, 7), (-1, 7)), ((-1, 7), (-1, -1))]
    path = laid(
        tmp_path_factory.mktemp("grid"), *(street(a, b) for a, b in [*pieces, *frame]),
        *(street((x, y), (-1, -1)) for x, y in ((0, 0),)),
    )  # fmt: skip
    beside: dict[tuple[int, int], list[tuple[tuple[int, int], float]]] = {}
    for a, b in [*pieces, *frame, ((0, 0), (-1, -1))]:
        for one, other in ((a, b), (b, a)):
            beside.setdefault(one, []).append((other, math.dist(one, other)))
    best = {begin: 0.0}
    for _ in range(len(beside) + 1):  # Bellman and Ford: plain enough to be right
        for one, others in beside.items():
            for other, far in others:
                best[other] = min(best.get(other, math.inf), best.get(one, math.inf) + far)
    found = way(path, begin, to)
    expected = best.get(to, math.inf)
    network = Network.of(read_streets(path), Means.CAR)
    is_on = {tuple(each) for each in np.round(np.concatenate([network.segments.tail, network.segments.head]) / STEP)}
    assume(begin in is_on and to in is_on and math.isfinite(expected))
    assert steps(found) == pytest.approx(expected, rel=2e-3, abs=1e-3)
