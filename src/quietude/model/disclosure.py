"""Counts of facts that may be counted but not listed: what is told of a table, so that no small cell can be worked out.

Cells below the threshold are withheld, others are rounded down to multiples of it, and where what is told beside
(the other cells, the total of the same facts) would narrow a small cell to one value, more cells are withheld.
Sources: L. Willenborg and T. de Waal, Elements of Statistical Disclosure Control (2001), on primary and complementary
suppression; the same interval bounds as in the audit of a suppressed table.
"""

from __future__ import annotations

from collections.abc import Container, Hashable, Mapping
from dataclasses import dataclass
from enum import StrEnum

LEAST = 5
"""Counts of fewer facts than this are not told: the usual threshold for tables about persons."""


Counts = Mapping[tuple[Hashable, ...], int]
"""Facts by cell: one value of each dimension."""


class Told(StrEnum):
    """How a cell is told."""

    ROUNDED = "rounded"
    """Rounded down to a multiple of the threshold."""
    SMALL = "small"
    """Below the threshold, and not zero."""
    BESIDE = "beside"
    """Withheld for the sake of a small cell beside it: it is not below the threshold."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What is told of one cell."""

    told: Told
    count: int
    """Rounded down; 0 where it is not told."""


@dataclass(frozen=True, slots=True)
class Protected:
    """What is told of a table of counts."""

    cells: Mapping[tuple[Hashable, ...], Cell] | None
    """None where no cell can be told, not even which ones are empty, without giving a small one away."""
    total: Cell | None
    """All facts of the table together; None when there are none."""


def protect(counts: Counts, least: int = LEAST) -> Protected:
    """Return what may be told of counts by one or more dimensions, and of their total.

    Args:
        counts: facts by cell, each at least 1; cells without facts are left out, and told as empty.
        least: the threshold, at least 2.

    Raises:
        ValueError: the threshold is below 2, where nothing would be protected.
    """
    if least < 2:  # said in the message
        raise ValueError(f"threshold {least}: expected at least 2")
    if not counts:
        return Protected({}, None)
    withheld = {key for key, count in counts.items() if count < least}
    for line in _lines(counts):
        while withheld.intersection(line) and _is_narrow(_bounds(line, withheld, least)):
            rest = line.keys() - withheld
            if not rest:
                return Protected(None, _cell(sum(counts.values()), least))
            withheld.add(min(rest, key=lambda key: (counts[key], str(key))))
    cells = {
        key: Cell(Told.BESIDE, 0) if key in withheld and count >= least else _cell(count, least)
        for key, count in counts.items()
    }
    return Protected(cells, _cell(sum(counts.values()), least))


def _cell(count: int, least: int) -> Cell:
    return Cell(Told.SMALL, 0) if count < least else Cell(Told.ROUNDED, count - count % least)


def _lines(counts: Counts) -> list[Counts]:
    """Return the parts of a table whose sums may be known: those of each value of each dimension, then the whole.

    A later part only withholds more, which never narrows a cell of an earlier one.
    """
    lines: dict[tuple[int, Hashable], dict[tuple[Hashable, ...], int]] = {}
    dimensions = len(next(iter(counts)))
    for key, count in counts.items():
        for place in range(dimensions if dimensions > 1 else 0):
            lines.setdefault((place, key[place]), {})[key] = count
    return [*lines.values(), counts]


def _bounds(line: Counts, withheld: Container[tuple[Hashable, ...]], least: int) -> tuple[int, int]:
    """Return the least and the most that a small cell can be, for who knows all that is told of a line and of its sum.

    Small cells are all alike to them: 1 to `least` - 1; one withheld beside is anything from `least`.
    """
    whole = sum(line.values())
    low, high = (1, least - 1) if whole < least else (whole - whole % least, whole - whole % least + least - 1)
    small = sum(count < least for count in line.values())
    beside = sum(count >= least and key in withheld for key, count in line.items())
    told = [count - count % least for key, count in line.items() if key not in withheld]
    most = min(least - 1, high - sum(told) - (small - 1) - beside * least)
    if beside:
        return 1, most
    return max(1, low - sum(told) - len(told) * (least - 1) - (small - 1) * (least - 1)), most


def _is_narrow(bounds: tuple[int, int]) -> bool:
    return bounds[0] >= bounds[1]
