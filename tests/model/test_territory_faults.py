"""A territory whose zones do not fit together is told of, zone by zone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import shapely
from shapely.geometry.base import BaseGeometry

from quietude.model.territory import Level, Territory, Zone
from quietude.model.territory_faults import Fault, FaultKind, check


def zone(code: str, geometry: BaseGeometry, parent: str | None = None) -> Zone:
    return Zone(code=code, name=code, parent=parent, geometry=geometry)


def town(coarse: list[Zone], fine: list[Zone]) -> Territory:
    return Territory(
        levels=(
            Level(name="arrondissement", labels={}, zones=tuple(coarse)),
            Level(name="quartier", labels={}, zones=tuple(fine)),
        )
    )


SQUARE = shapely.box(5.0, 43.0, 5.1, 43.1)
LEFT, RIGHT = shapely.box(5.0, 43.0, 5.05, 43.1), shapely.box(5.05, 43.0, 5.1, 43.1)
WHOLE = [zone("1", SQUARE)]
HALVES = [zone("left", LEFT, "1"), zone("right", RIGHT, "1")]
BOW_TIE = shapely.Polygon([(5, 43), (5.1, 43.1), (5.1, 43), (5, 43.1)])
RING = shapely.difference(SQUARE, shapely.box(5.04, 43.04, 5.06, 43.06))


def told(territory: Territory) -> set[tuple[FaultKind, str, tuple[str, ...]]]:
    return {(fault.kind, fault.level, fault.codes) for fault in check(territory)}


@pytest.mark.parametrize(
    ("territory", "faults"),
    [
        pytest.param(town(WHOLE, HALVES), set(), id="sound"),
        pytest.param(Territory(levels=()), set(), id="none"),
        pytest.param(town(WHOLE, HALVES[:1]), {(FaultKind.GAP, "quartier", ("1",))}, id="half-of-it-missing"),
        pytest.param(
            town(WHOLE, [*HALVES, zone("both", shapely.box(5.04, 43.0, 5.06, 43.1), "1")]),
            {(FaultKind.OVERLAP, "quartier", pair) for pair in (("left", "both"), ("right", "both"))},
            id="one-over-two",
        ),
        pytest.param(
            town(WHOLE, [zone("left", LEFT, "2"), zone("right", RIGHT)]),
            {(FaultKind.ORPHAN, "quartier", ("left",)), (FaultKind.ORPHAN, "quartier", ("right",))},
            id="parents-that-are-not-there",
        ),
        pytest.param(
            town([zone("l", LEFT), zone("r", RIGHT)], [zone("left", LEFT, "r"), zone("right", RIGHT, "r")]),
            {(FaultKind.MISPLACED, "quartier", ("left",))},
            id="in-another-parent",
        ),
        pytest.param(
            town([*WHOLE, *WHOLE], []), {(FaultKind.TWICE, "arrondissement", ("1",))}, id="one-code-for-two-zones"
        ),
        pytest.param(town([zone("x", BOW_TIE)], []), {(FaultKind.INVALID, "arrondissement", ("x",))}, id="bow-tie"),
        pytest.param(
            town([zone("1", RING)], [zone("a", RING, "1")]), {(FaultKind.GAP, "arrondissement", ())}, id="hole"
        ),
    ],
)
def test_what_does_not_fit_is_told(territory: Territory, faults: set[tuple[FaultKind, str, tuple[str, ...]]]) -> None:
    assert told(territory) == faults


def test_slivers_are_left_aside_unless_asked_for() -> None:
    ragged = [zone("left", shapely.box(5.0, 43.0, 5.0501, 43.1), "1"), zone("right", RIGHT, "1")]
    assert check(town(WHOLE, ragged)) == ()
    (sliver,) = check(town(WHOLE, ragged), sliver_share=0.001)
    assert sliver.kind is FaultKind.OVERLAP
    assert sliver.share == pytest.approx(0.002)
    # 0.0001 degrees of longitude by 0.1 of latitude at 43.05 degrees: about 8.125 m by 11,119.5 m.
    assert sliver.area_m2 == pytest.approx(8.125 * 11_119.5, rel=0.001)


def test_a_fault_is_said_in_a_sentence() -> None:
    fault = Fault(FaultKind.GAP, "quartier", ("1",), 12_345.6, 0.25)
    assert str(fault) == "quartier: 12,346 m2 of '1' lie in no zone, 25.0%"


@pytest.mark.data
def test_the_quartiers_of_marseille_fit_but_for_slivers(data_dir: Path) -> None:
    file = data_dir / "geo" / "marseille_quartiers_rues" / "marseille_quartiers_111.geojson"
    features = json.loads(file.read_text("utf-8"))["features"]
    outlines = [zone(str(n), shapely.from_geojson(json.dumps(f["geometry"]))) for n, f in enumerate(features)]
    quartiers = Territory(levels=(Level(name="quartier", labels={}, zones=tuple(outlines)),))
    assert [str(fault) for fault in check(quartiers)] == []
