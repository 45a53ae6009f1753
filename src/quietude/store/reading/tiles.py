"""Vector tiles: every located fact in exactly one point of one tile of each zoom level."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.compute as pc

from quietude.model.event import Reality
from quietude.model.filter.question import Filter
from quietude.model.opened import concerned
from quietude.model.viewer import Viewer
from quietude.store.engines.duck import DuckEngine
from quietude.store.reading.blocks import Blocks
from quietude.store.reading.reader import Reader

EXTENT = 4096  # units on a tile's side, the usual number
CELL = 16  # units on a side of the squares that share a point: two pixels of a tile drawn at 512
CROWDED_CELL = 32  # the same where a town fits a screen: four pixels, less than a dot is wide
FINEST_ZOOM = 16  # from here on a cell is below a metre of the ground at our latitudes
MAX_ZOOM = 22
BLOCK = 4  # tiles on a side that are read together: what a screen shows; a whole town up to the zoom below
BLOCK_ZOOM = 13  # beyond, a tile is a neighbourhood, and files are skipped by place: reading more would cost more
LAYER = "facts"


@dataclass(frozen=True, slots=True)
class Square:
    """One tile of the web's map grid, or a block of `span` by `span` of them whose first is this one."""

    z: int
    x: int
    y: int
    span: int = 1

    def __post_init__(self) -> None:
        if not (0 <= self.z <= MAX_ZOOM and 0 <= self.x < 1 << self.z and 0 <= self.y < 1 << self.z):
            raise ValueError(f"no tile {self.z}/{self.x}/{self.y}")

    @property
    def cell(self) -> int:
        """Return the side of the squares that share a point, in units: finer where the eye tells facts apart."""
        if self.z < BLOCK_ZOOM:
            return CROWDED_CELL
        return CELL if self.z < FINEST_ZOOM else 1

    @property
    def block(self) -> Square:
        """Return the block that the tile is read with."""
        span = min(BLOCK, 1 << self.z) if self.z <= BLOCK_ZOOM else 1
        return Square(self.z, self.x - self.x % span, self.y - self.y % span, span)

    @property
    def extent(self) -> int:
        """Return the side in units."""
        return EXTENT * self.span

    def west_deg(self, offset: int = 0) -> float:
        """Return the longitude of the western edge (of the eastern one with offset 1)."""
        return (self.x + offset) / (1 << self.z) * 360 - 180

    def north_deg(self, offset: int = 0) -> float:
        """Return the latitude of the northern edge (of the southern one with offset 1)."""
        return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * (self.y + offset) / (1 << self.z)))))


def tile(
    reader: Reader,
    viewer: Viewer,
    question: Filter,
    square: Square,
    *,
    has_families: bool,
    encoder: DuckEngine,
    blocks: Blocks,
) -> bytes:
    """Return the tile's bytes, b"" when it is empty.

    Args:
        reader: the facts.
        viewer: who looks.
        question: the selection.
        square: which tile.
        has_families: whether each point tells its most frequent family, which takes twice the time.
        encoder: the engine that writes the tile's form.
        blocks: the blocks of tiles read last.
    """
    viewer = concerned(viewer, question)
    columns = ("id", "severity", "reality", "lon_deg", "lat_deg") + (("category",) if has_families else ())
    schema = reader.narrow(viewer, question, columns)
    block = square.block
    key = ("tile", viewer, question, block, has_families)
    build = _points(reader, viewer, question, block, has_families=has_families)

    def read() -> pa.Table:
        return reader.retrying(lambda: reader.over(key, schema, build, reader.files(viewer, question)))

    points = cut(blocks.points(key, reader.events.snapshot().version, read), square, block)
    return encode(encoder, points) if points.num_rows else b""


def cut(points: pa.Table, square: Square, block: Square) -> pa.Table:
    """Return the points of a block that lie in one of its tiles, in that tile's units."""
    left, top = (square.x - block.x) * EXTENT, (square.y - block.y) * EXTENT
    x, y = pc.subtract(points["x"], left), pc.subtract(points["y"], top)
    is_across = pc.and_(pc.greater_equal(x, 0), pc.less(x, EXTENT))
    is_down = pc.and_(pc.greater_equal(y, 0), pc.less(y, EXTENT))
    names = points.schema.names
    moved = points.set_column(names.index("x"), "x", x).set_column(names.index("y"), "y", y)
    return moved.filter(pc.and_(is_across, is_down))


def _points(
    reader: Reader, viewer: Viewer, question: Filter, square: Square, *, has_families: bool
) -> Callable[[ir.Table], ir.Table]:
    def build(table: ir.Table) -> ir.Table:
        found = reader.matching(viewer, question, table)
        found = found.filter(_around(found, square))
        grid = ibis.literal((1 << square.z) * EXTENT, type="float64")
        lat = _within(found["lat_deg"], -85.0511, 85.0511).radians()
        east = (found["lon_deg"] + 180.0) / 360.0 * grid
        south = (1.0 - (lat.tan() + 1.0 / lat.cos()).ln() / math.pi) / 2.0 * grid
        last = (1 << square.z) * EXTENT - 1
        placed = found.select(
            *(("category",) if has_families else ()),
            "id",
            "severity",
            "reality",
            px=_within(east.floor().cast("int64"), 0, last) - square.x * EXTENT,
            py=_within(south.floor().cast("int64"), 0, last) - square.y * EXTENT,
        )
        side = square.extent
        inside = placed.filter((placed.px >= 0) & (placed.px < side) & (placed.py >= 0) & (placed.py < side))
        across = side // square.cell
        celled = inside.mutate(cell=(inside.px // square.cell * across + inside.py // square.cell).cast("int32"))
        return _points_of(_merged_by_family(celled) if has_families else _merged(celled))

    return build


def _within(value: Any, least: float, most: float) -> Any:
    # Not `clip`: it repeats its argument to mind nulls, and a clipped clip of a projection becomes a page of SQL.
    return ibis.least(ibis.literal(most), ibis.greatest(ibis.literal(least), value))


def _around(found: ir.Table, square: Square) -> ir.BooleanValue:
    """Keep what may lie in the tile (a little more than it holds), by comparisons that files and groups can skip by."""
    lon, lat = found["lon_deg"], found["lat_deg"]
    margin = 360 / (1 << square.z) / EXTENT
    condition = lon.notnull() & lat.notnull()
    condition &= (lon >= square.west_deg() - margin) & (lon <= square.west_deg(square.span) + margin)
    is_top, is_bottom = square.y == 0, square.y + square.span == 1 << square.z
    if not is_bottom:
        condition &= lat >= square.north_deg(square.span) - margin
    if not is_top:
        condition &= lat <= square.north_deg() + margin
    return condition


def _merged(celled: ir.Table) -> ir.Table:
    """Merge the facts of a cell. Where it holds one, any id is its id."""
    return celled.group_by("cell").agg(
        count=celled.count(),
        severity=celled.severity.sum(),
        id=celled.id.arbitrary(),
        px=celled.px.sum(),
        py=celled.py.sum(),
        labelled=celled.reality.nullif(Reality.REAL.value).min(),
    )


def _merged_by_family(celled: ir.Table) -> ir.Table:
    """Merge the facts of a cell: first by family, of which there are few, then into one with the most frequent."""
    dot = celled.category.find(".")
    named = celled.mutate(family=ibis.ifelse(dot >= 0, celled.category.left(dot), celled.category))
    by_family = named.group_by(["cell", "family"]).agg(
        count=named.count(),
        severity=named.severity.sum(),
        id=named.id.arbitrary(),
        px=named.px.sum(),
        py=named.py.sum(),
        labelled=named.reality.nullif(Reality.REAL.value).min(),
    )
    rank = ibis.row_number().over(group_by="cell", order_by=[ibis.desc("count"), ibis.asc("family", nulls_first=False)])
    ranked = by_family.mutate(rank=rank)
    return ranked.group_by("cell").agg(
        count=ranked["count"].sum(),
        severity=ranked.severity.sum(),
        id=ranked.id.arbitrary(),
        px=ranked.px.sum(),
        py=ranked.py.sum(),
        labelled=ranked.labelled.min(),
        family=ibis.ifelse(ranked["rank"] == 0, ranked.family, ibis.null("string")).max(),
    )


def _points_of(merged: ir.Table) -> ir.Table:
    """Return one point for each cell, in the middle of its facts, of their mean severity; only a fact alone has its id.

    In the order of the cells: the same facts are the same bytes, whatever the engine's threads did.
    """
    merged = merged.order_by("cell")
    count = merged["count"]
    families = {"family": merged.family} if "family" in merged.columns else {}
    return merged.select(
        x=(merged.px / count).floor().cast("int32"),
        y=(merged.py / count).floor().cast("int32"),
        count=count.cast("int64"),
        severity=(merged.severity / count + 0.5).floor().cast("int32"),
        id=ibis.ifelse(count == 1, merged.id, ibis.null("string")),
        reality=merged.labelled.fill_null(Reality.REAL.value),
        **families,
    )


def encode(encoder: DuckEngine, points: pa.Table) -> bytes:
    """Return points (x, y in units of the tile, and properties) as a Mapbox vector tile."""
    connection = encoder.spatial()
    properties = ", ".join(name for name in points.schema.names if name not in {"x", "y"})
    relation = connection.from_arrow(points)
    sql = f"""
        SELECT ST_AsMVT(p, '{LAYER}', {EXTENT}, 'geometry')
        FROM (SELECT ST_Point(x, y) AS geometry, {properties} FROM points) p
    """
    return bytes(relation.query("points", sql).fetchall()[0][0])
