"""Facts by H3 cell, from the cell of resolution 10 that each fact carries."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from quietude.model.filter.question import Box, Filter
from quietude.model.opened import concerned
from quietude.model.viewer import Viewer
from quietude.store.reading.cubes import Cubes, Part
from quietude.store.reading.reader import Reader

FINEST = 10
_DIGITS = "0123456789abcdef"
_BASE_BITS = 7  # an index is, after mode and resolution, 7 bits of base cell and 15 digits of 3 bits


def parent(cell: ir.StringValue, resolution: int) -> ir.StringValue:
    """Return the cell of a coarser resolution that holds a cell of resolution 10, by the digits of its name.

    The name of a cell is its index in hexadecimal: "8", the resolution, then 52 bits of which the parent keeps the
    first 7 + 3 x resolution and sets the others.
    """
    whole, bits = divmod(_BASE_BITS + 3 * resolution, 4)
    kept = cell.substr(2, whole)
    unused = 13 - whole
    if bits:
        ones = (1 << (4 - bits)) - 1
        mixed = "".join(_DIGITS[int(digit, 16) | ones] for digit in _DIGITS)
        kept = kept.concat(cell.substr(2 + whole, 1).translate(_DIGITS, mixed))
        unused -= 1
    return ibis.literal(f"8{_DIGITS[resolution]}").concat(kept, "f" * unused)


_COLUMNS = ("h3", "lon_deg", "lat_deg")


def h3_bins(
    reader: Reader, cubes: Cubes, viewer: Viewer, question: Filter, *, resolution: int, box: Box | None
) -> pa.Table:
    """Return h3, count of the located facts, the fullest cells first."""
    viewer = concerned(viewer, question)
    if not 0 <= resolution <= FINEST:
        raise ValueError(f"resolution {resolution} is not in 0..{FINEST}")
    asked, second = (question, Filter(box=box)) if question.box is not None else (replace(question, box=box), Filter())

    def count(part: Part, table: ir.Table) -> ir.Table:
        found = reader.also(second, reader.matching(viewer, part.question, table))
        found = found.filter([found[name].notnull() for name in _COLUMNS])
        return found.group_by("h3").agg(part.total(found))

    def build(parts: list[tuple[Part, ir.Table]]) -> ir.Table:
        cells = reduce(lambda left, right: left.union(right), (count(part, table) for part, table in parts))
        if resolution < FINEST:
            cells = cells.select(parent(cells["h3"], resolution).name("h3"), "count")
        if resolution < FINEST or len(parts) > 1:
            cells = cells.group_by("h3").agg(cells["count"].sum().cast("int64").name("count"))
        return cells.order_by([ibis.desc("count"), "h3"])

    def ask() -> pa.Table:
        pinned = reader.pinned()
        parts = cubes.parts(pinned, viewer, asked, _COLUMNS)
        return cubes.answer(pinned, viewer, parts, key=("h3", resolution, second), columns=_COLUMNS, build=build)

    return reader.retrying(ask)
