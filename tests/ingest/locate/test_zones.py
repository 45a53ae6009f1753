"""Zones and hexagons are those of each place alone, whatever the order and the repeats."""

from __future__ import annotations

import h3
import polars as pl

from quietude.ingest.locate.zones import assign_zones, h3_cells
from quietude.model.territory import Territory

LON = pl.Series("lon", [5.31, 5.33, 5.31, None, 9.0, float("nan")])
LAT = pl.Series("lat", [43.21, 43.23, 43.21, 43.2, 9.0, 43.2])


def test_zones_follow_the_rows(territory: Territory) -> None:
    found = assign_zones(LON, LAT, territory)
    assert found.columns == ["zone_arrondissement", "zone_quartier"]
    assert found["zone_quartier"].to_list() == ["q00", "q11", "q00", None, None, None]
    assert found["zone_arrondissement"].to_list() == ["13201", "13202", "13201", None, None, None]


def test_cells_are_those_of_the_h3_library() -> None:
    cells = h3_cells(LON, LAT)
    assert cells.to_list()[:2] == [h3.latlng_to_cell(43.21, 5.31, 10), h3.latlng_to_cell(43.23, 5.33, 10)]
    assert cells.is_null().to_list() == [False, False, False, True, False, True]
    assert h3_cells(LON, LAT, 8)[0] == h3.latlng_to_cell(43.21, 5.31, 8)


def test_no_rows_give_no_rows(territory: Territory) -> None:
    assert assign_zones(LON.head(0), LAT.head(0), territory).shape == (0, 2)
    assert len(h3_cells(LON.head(0), LAT.head(0))) == 0
