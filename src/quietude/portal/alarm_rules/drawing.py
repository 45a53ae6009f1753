"""Columns of a chart as shapes of a picture; the same numbers stand in a table beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

HEIGHT = 60
STEP, WIDE = 10, 8
"""Units of the picture from one column to the next, and of a column."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a chart, in units of the picture."""

    x: float
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Columns:
    """A chart of columns."""

    width: int
    height: int
    wide: int
    columns: tuple[Column, ...]
    most: int


def columns(counts: Sequence[int]) -> Columns:
    """Return the columns of some counts, the largest as high as the picture."""
    most = max(counts, default=0)
    found = []
    for place, count in enumerate(counts):
        height = HEIGHT * count / most if most else 0.0
        found.append(Column(place * STEP + (STEP - WIDE) / 2, HEIGHT - height, height))
    return Columns(max(1, len(counts)) * STEP, HEIGHT, WIDE, tuple(found), most)
