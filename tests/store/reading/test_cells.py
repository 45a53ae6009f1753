"""Cells of coarser resolution are the ones the H3 library names."""

from __future__ import annotations

from collections import Counter

import h3
import ibis
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.model.strategies import fact, table_of
from tests.store.conftest import EVERYONE

from quietude.model.event import Sensitivity
from quietude.model.filter.question import Box, Choice, Filter
from quietude.model.viewer import Grant, Viewer
from quietude.store.api import Store
from quietude.store.engines.base import unbound
from quietude.store.engines.duck import DuckEngine
from quietude.store.reading.cells import parent
from quietude.store.reading.cubes import Cubes

POINTS = st.lists(st.tuples(st.floats(-89, 89), st.floats(-180, 180)), min_size=1, max_size=40)


@given(points=POINTS, resolution=st.integers(0, 9))
@settings(max_examples=40, deadline=None)
def test_a_parent_is_the_one_the_library_names(points: list[tuple[float, float]], resolution: int) -> None:
    cells = [h3.latlng_to_cell(lat, lon, 10) for lat, lon in points]
    table = ibis.memtable(pa.table({"h3": pa.array(cells, pa.string())}))
    found = table.select(parent(table["h3"], resolution).name("h3")).to_pyarrow()["h3"].to_pylist()
    assert found == [h3.cell_to_parent(cell, resolution) for cell in cells]


@pytest.mark.parametrize("resolution", [0, 5, 9, 10])
def test_facts_are_counted_by_their_cell(store: Store, resolution: int) -> None:
    rows = [fact(seed) for seed in range(80)]
    located = [row for row in rows if row["lon_deg"] is not None]
    for row in located:
        row["h3"] = h3.latlng_to_cell(row["lat_deg"], row["lon_deg"], 10)
    table = table_of(rows)
    store.upsert(table)
    kept = [row for row in table.to_pylist() if row["lon_deg"] is not None]
    expected = Counter(h3.cell_to_parent(row["h3"], resolution) for row in kept)
    bins = store.h3_bins(EVERYONE, Filter(), resolution=resolution)
    assert dict(zip(bins["h3"].to_pylist(), bins["count"].to_pylist(), strict=True)) == expected
    assert bins["count"].to_pylist() == sorted(expected.values(), reverse=True)


def test_a_box_keeps_what_is_inside(store: Store) -> None:
    table = table_of([fact(seed) | {"h3": "8a3969a6d157fff"} for seed in range(80)])
    store.upsert(table)
    box = Box(5.365, 43.28, 5.385, 43.30)
    inside = [
        row
        for row in table.to_pylist()
        if row["lon_deg"] is not None and 5.365 <= row["lon_deg"] <= 5.385 and 43.28 <= row["lat_deg"] <= 43.30
    ]
    bins = store.h3_bins(EVERYONE, Filter(), resolution=10, box=box)
    assert bins["count"].to_pylist() == [len(inside)]


CELLS = ("8a3969a6d157fff", "8a3969a6d147fff", "8a3969a6d0affff")
BOX = Box(5.365, 43.28, 5.385, 43.30)
MONTHS = Filter(since=fact(3)["day"].replace(day=1), realities=Choice(("real",)))
FULL = Viewer(who="full", grants=(Grant(purpose="p", rows=Filter(), ceiling=Sensitivity.INTERNAL),))
NO_POSITION = Grant(purpose="q", rows=Filter(), masked=frozenset({"lon_deg"}))
BLURRED = Viewer(who="blurred", grants=(Grant(purpose="p", rows=Filter(box=BOX)), NO_POSITION))
ONE_SOURCE = Viewer(who="one", grants=(Grant(purpose="p", rows=Filter(sources=Choice((fact(1)["source"],)))),))


@pytest.mark.parametrize("viewer", [EVERYONE, FULL, BLURRED, ONE_SOURCE], ids=lambda viewer: viewer.who)
@pytest.mark.parametrize(
    "question",
    [
        pytest.param(Filter(), id="all-time"),
        pytest.param(MONTHS, id="whole-months"),
        pytest.param(Filter(since=fact(3)["day"], until=fact(4)["day"]), id="parts-of-months"),
        pytest.param(Filter(box=Box(5.37, 43.27, 5.40, 43.31)), id="two-boxes"),
        pytest.param(Filter(severity_from=3), id="what-places-do-not-know"),
    ],
)
@pytest.mark.parametrize("box", [None, BOX], ids=["anywhere", "box"])
def test_the_cells_of_the_places_cube_are_those_of_the_facts(
    store: Store, viewer: Viewer, question: Filter, box: Box | None
) -> None:
    store.upsert(table_of([fact(seed) | {"h3": CELLS[seed % 3]} for seed in range(150)]))
    store.maintain()
    store.upsert(table_of([fact(seed) | {"h3": CELLS[0], "uid": f"{seed:032x}"} for seed in range(150, 153)]))
    raw = Store(store._folder, store._reader, store._duck, None, cubes=Cubes(store._folder.cubes, is_used=False))
    for resolution in (8, 10):
        from_cubes = store.h3_bins(viewer, question, resolution=resolution, box=box)
        assert from_cubes.to_pylist() == raw.h3_bins(viewer, question, resolution=resolution, box=box).to_pylist()


def test_cells_of_whole_months_are_read_from_places_and_of_one_source_from_facts(store: Store) -> None:
    store.upsert(table_of([fact(seed) for seed in range(60)]))
    store.maintain()
    reader, cubes = store._reader, store._cubes
    parts = cubes.parts(reader, FULL, Filter(box=BOX), ("h3", "lon_deg", "lat_deg"))
    assert {part.spec.name if part.spec else "" for part in parts} == {"places"}
    parts = cubes.parts(reader, ONE_SOURCE, Filter(box=BOX), ("h3", "lon_deg", "lat_deg"))
    assert [part.spec for part in parts] == [None]


def test_the_engine_compiles_a_parent_to_text_alone(store: Store) -> None:
    table = unbound("events", pa.schema([("h3", pa.string())]))
    plan = DuckEngine(store._folder.spill).compile(table.select(parent(table["h3"], 7).name("h3")), {})
    assert "SUBSTRING" in plan.tree.sql(dialect="duckdb").upper()
