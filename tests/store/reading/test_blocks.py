"""Neighbouring tiles are read once, and nothing old stays in memory."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pyarrow as pa
import pytest

from quietude.store.reading.blocks import Blocks
from quietude.store.reading.tiles import Square

POINTS = pa.table({"x": [1]})


def test_those_who_ask_at_the_same_time_wait_for_one_reading() -> None:
    blocks, made, everyone = Blocks(), [], threading.Barrier(4)

    def make() -> pa.Table:
        made.append(1)
        return POINTS

    def ask(_number: int) -> pa.Table:
        everyone.wait(timeout=10)
        return blocks.points("block", 1, make)

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(ask, range(4))) == [POINTS] * 4
    assert made == [1]


def test_a_new_version_is_read_again_and_the_old_one_forgotten() -> None:
    blocks = Blocks()
    newer = pa.table({"x": [2]})
    blocks.points("block", 1, lambda: POINTS)
    assert blocks.points("block", 2, lambda: newer) is newer
    assert blocks.points("block", 1, lambda: newer) is newer


def test_a_reading_that_fails_is_tried_again() -> None:
    blocks = Blocks()

    def fail() -> pa.Table:
        raise OSError("no such file")

    with pytest.raises(OSError, match="no such file"):
        blocks.points("block", 1, fail)
    assert blocks.points("block", 1, lambda: POINTS) is POINTS


@pytest.mark.parametrize(
    ("tile", "block"),
    [
        ((0, 0, 0), (0, 0, 0, 1)),
        ((1, 1, 0), (1, 0, 0, 2)),
        ((10, 527, 374), (10, 524, 372, 4)),
        ((14, 527, 374), (14, 527, 374, 1)),
    ],
)
def test_a_tile_is_read_with_its_neighbours_up_to_the_zoom_of_a_town(
    tile: tuple[int, int, int], block: tuple[int, int, int, int]
) -> None:
    assert Square(*tile).block == Square(*block)
