"""No cell below the threshold can be worked out from what is told of a table and of its margins."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quietude.model.disclosure import Cell, Counts, Protected, Told, protect

SMALL_TABLES = st.dictionaries(
    st.tuples(st.sampled_from("abc"), st.sampled_from("xyz")), st.integers(1, 11), min_size=1, max_size=6
)
LEAST = 3  # with which all tables that look alike can be written out
MOST = 15  # above the largest count, so that what a small cell loses another may gain


def told_of(counts: Counts, least: int = LEAST) -> tuple[Protected, list[object]]:
    """Return what is told of a table, and all of it with its margins, as one who reads every answer has it."""
    sides = []
    for place in (0, 1):
        side: dict[tuple[object, ...], int] = {}
        for key, count in counts.items():
            side[key[place],] = side.get((key[place],), 0) + count
        sides.append(protect(side, least))
    table = protect(counts, least)
    return table, [table, *sides]


def possible(cell: Cell) -> range:
    """Return the counts that a cell may have by what is told of it."""
    if cell.told is Told.SMALL:
        return range(1, LEAST)
    return range(cell.count, cell.count + LEAST) if cell.told is Told.ROUNDED else range(LEAST, MOST)


@given(st.dictionaries(st.tuples(st.sampled_from("abcdef")), st.integers(1, 11), min_size=1, max_size=5))
@settings(max_examples=150, deadline=None)
def test_a_small_cell_may_have_several_values_for_who_knows_the_total(counts: Counts) -> None:
    told = protect(counts, LEAST)
    assert told.total is not None
    cells = told.cells or {}
    totals = possible(told.total)
    worlds = [
        world for world in product(*(possible(cell) for cell in cells.values())) if sum(world) in totals or not world
    ]
    for place, cell in enumerate(cells.values()):
        assert len({world[place] for world in worlds}) >= 2 or cell.told is not Told.SMALL


@given(SMALL_TABLES)
@settings(max_examples=200, deadline=None)
def test_a_small_cell_may_have_several_values_for_who_knows_a_margin(counts: Counts) -> None:
    table, _ = told_of(counts)
    cells = table.cells or {}
    for place in (0, 1):
        for value in {key[place] for key in cells}:
            line = {key: cell for key, cell in cells.items() if key[place] == value}
            true = sum(counts[key] for key in line)
            sums = possible(Cell(Told.SMALL, 0) if true < LEAST else Cell(Told.ROUNDED, true - true % LEAST))
            worlds = [world for world in product(*(possible(cell) for cell in line.values())) if sum(world) in sums]
            for at, cell in enumerate(line.values()):
                assert len({world[at] for world in worlds}) >= 2 or cell.told is not Told.SMALL


@given(SMALL_TABLES)
def test_what_is_told_never_exceeds_what_is_there(counts: Counts) -> None:
    told = protect(counts)
    for key, cell in (told.cells or {}).items():
        assert cell.count <= counts[key]
        assert (cell.told is Told.SMALL) == (counts[key] < 5)
        assert cell.count % 5 == 0


def test_a_lone_small_cell_takes_another_with_it() -> None:
    told = protect({("noise",): 2, ("damage",): 7, ("theft",): 40})
    assert told.cells is not None
    assert told.cells["noise",] == Cell(Told.SMALL, 0)
    assert told.total == Cell(Told.ROUNDED, 45)
    exact = protect({("noise",): 4, ("damage",): 9, ("theft",): 44})
    assert exact.cells is not None
    assert {key[0]: cell.told for key, cell in exact.cells.items()} == {
        "noise": Told.SMALL,
        "damage": Told.ROUNDED,
        "theft": Told.ROUNDED,
    }


@pytest.mark.parametrize(
    "counts",
    [
        pytest.param({("a",): 1, ("b",): 1, ("c",): 1, ("d",): 1}, id="four-ones-below-five"),
        pytest.param({(name,): 4 for name in "abcde"}, id="five-fours-make-twenty"),
    ],
)
def test_cells_that_their_total_gives_away_are_not_told_at_all(counts: Counts) -> None:
    assert protect(counts).cells is None


def test_nothing_is_told_of_no_facts_and_a_threshold_protects() -> None:
    assert protect({}) == Protected({}, None)
    with pytest.raises(ValueError, match="at least 2"):
        protect({("a",): 1}, 1)
