"""Facts by H3 cell, from the cell of resolution 10 that each fact carries."""

from __future__ import annotations

from dataclasses import replace

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from quietude.model.filter.question import Box, Filter
from quietude.model.viewer import Viewer
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


def h3_bins(reader: Reader, viewer: Viewer, question: Filter, *, resolution: int, box: Box | None) -> pa.Table:
    """Return h3, count of the located facts, the fullest cells first."""
    if not 0 <= resolution <= FINEST:
        raise ValueError(f"resolution {resolution} is not in 0..{FINEST}")
    boxed = Filter(box=box)

    def build(table: ir.Table) -> ir.Table:
        found = reader.matching(viewer, question, table)
        if box is not None:
            found = reader.also(boxed, found)
        found = found.filter(found["lon_deg"].notnull() & found["lat_deg"].notnull() & found["h3"].notnull())
        fine = found.group_by("h3").agg(found.count().name("count"))
        if resolution < FINEST:
            coarse = fine.select(parent(fine["h3"], resolution).name("h3"), "count")
            fine = coarse.group_by("h3").agg(coarse["count"].sum().name("count"))
        return fine.select("h3", fine["count"].cast("int64").name("count")).order_by([ibis.desc("count"), "h3"])

    schema = reader.narrow(viewer, question, ("h3", "lon_deg", "lat_deg"))
    key = ("h3", viewer, question, resolution, box)
    narrowed = question if question.box is not None else replace(question, box=box)
    return reader.retrying(lambda: reader.over(key, schema, build, reader.files(viewer, narrowed)))
