"""Coordinates are read in every notation met, each repair named, each refusal said."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from quietude.model.coordinates import plausible_boxes, read_degrees, repair_coordinates
from quietude.model.territory import Level, Territory, Zone

MARSEILLE = ((5.2, 43.1, 5.6, 43.5),)
LON = st.integers(520_000, 560_000)
LAT = st.integers(4_310_000, 4_350_000)


def repaired(lon: str | None, lat: str | None, *, scale: float | None = None) -> tuple[object, ...]:
    written = (pl.Series("lon", [lon], dtype=pl.String), pl.Series("lat", [lat], dtype=pl.String))
    return repair_coordinates(*written, MARSEILLE, scale=scale).row(0)


@pytest.mark.parametrize(
    ("lon", "lat", "repair"),
    [
        pytest.param("5.38", "43.29", None, id="as-written"),
        pytest.param("5,38", "43,29", None, id="decimal-comma"),
        pytest.param(" 5.38 ", "43.29\n", None, id="spaces"),
        pytest.param("538000", "4329000", "scaled", id="times-1e5"),
        pytest.param("538000.0", "4329000.0", "scaled", id="times-1e5-as-float"),
        pytest.param("5380000", "43290000", "scaled", id="times-1e6"),
        pytest.param("43.29", "5.38", "swapped", id="swapped"),
        pytest.param("4329000", "538000", "scaled+swapped", id="swapped-and-scaled"),
    ],
)
def test_traps_are_read(lon: str, lat: str, repair: str | None) -> None:
    lon_deg, lat_deg, named, refusal = repaired(lon, lat)
    assert (lon_deg, lat_deg) == (pytest.approx(5.38), pytest.approx(43.29))
    assert (named, refusal) == (repair, None)


@pytest.mark.parametrize(
    ("lon", "lat", "refusal"),
    [
        pytest.param(None, None, "absent", id="missing"),
        pytest.param("", "", "absent", id="empty"),
        pytest.param("5.38", None, "absent", id="half-missing"),
        pytest.param("0", "0", "absent", id="zero"),
        pytest.param("0,0", "0.0", "absent", id="zero-with-comma"),
        pytest.param("NaN", "nan", "absent", id="nan"),
        pytest.param("null", "-", "absent", id="words-for-nothing"),
        pytest.param("0", "43.29", "out_of_town", id="one-zero"),
        pytest.param("1e308", "43.29", "out_of_town", id="huge"),
        pytest.param("inf", "43.29", "not_a_number", id="infinite"),
        pytest.param("five", "43.29", "not_a_number", id="words"),
        pytest.param("2.35", "48.85", "out_of_town", id="another-town"),
        pytest.param("-5.38", "43.29", "out_of_town", id="wrong-sign"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_reason(lon: str | None, lat: str | None, refusal: str) -> None:
    assert repaired(lon, lat) == (None, None, None, refusal)


def test_the_declared_scale_is_tried_first() -> None:
    assert repaired("53800", "432900", scale=1e-4)[:3] == (pytest.approx(5.38), pytest.approx(43.29), "scaled")


def decimal(hundred_thousandths: int) -> str:
    return f"{hundred_thousandths / 1e5:.5f}"


def comma(hundred_thousandths: int) -> str:
    return decimal(hundred_thousandths).replace(".", ",")


@given(lon=LON, lat=LAT, write=st.sampled_from([decimal, comma, str]), is_swapped=st.booleans())
@settings(max_examples=50, deadline=None)
def test_any_place_of_the_town_is_read_back_from_any_notation(
    lon: int, lat: int, write: Callable[[int], str], *, is_swapped: bool
) -> None:
    pair = [write(lon), write(lat)]
    lon_deg, lat_deg, repair, refusal = repaired(*(pair[::-1] if is_swapped else pair))
    assert (lon_deg, lat_deg) == (pytest.approx(lon / 1e5, abs=1e-9), pytest.approx(lat / 1e5, abs=1e-9))
    assert refusal is None
    assert ("swapped" in str(repair)) == is_swapped


def test_rows_keep_their_order_whatever_was_repaired() -> None:
    lon = pl.Series(["5.38", "538100", None, "43.29"])
    lat = pl.Series(["43.29", "4329000", "43.29", "5.383"])
    found = repair_coordinates(lon, lat, MARSEILLE)
    assert found["lon_deg"].to_list() == [5.38, pytest.approx(5.381), None, 5.383]
    assert found["refusal"].to_list() == [None, None, "absent", None]


def test_numbers_are_told_from_nothing_and_from_words() -> None:
    text = pl.DataFrame({"t": ["1,5", " 2 ", "", None, "x"]})
    numbers = text.select(read_degrees(pl.col("t"))).to_series()
    assert numbers.is_null().to_list() == [False, False, True, True, False]
    assert numbers.is_nan().fill_null(value=False).to_list() == [False, False, False, False, True]
    assert numbers[0] == 1.5


def test_each_coarsest_zone_has_its_plausible_box() -> None:
    zones = [Zone(code=str(x), name=str(x), parent=None, geometry=shapely.box(x, 0, x + 1, 1)) for x in (0, 50)]
    town = Territory(levels=(Level(name="city", labels={}, zones=tuple(zones)),))
    assert plausible_boxes(town, margin_deg=0.5) == ((-0.5, -0.5, 1.5, 1.5), (49.5, -0.5, 51.5, 1.5))


def test_a_territory_without_zones_cannot_say_what_is_plausible() -> None:
    with pytest.raises(ValueError, match="no zone"):
        plausible_boxes(Territory(levels=()))
