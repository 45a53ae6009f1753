"""Vector tiles: every located fact in exactly one point of one tile of each zoom level."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.compute as pc

from quietude.model.event import Reality
from quietude.model.filter.question import Filter
from quietude.model.viewer import Viewer
from quietude.store.engines.duck import DuckEngine
from quietude.store.reading.blocks import Blocks
from quietude.store.reading.reader import Reader

EXTENT = 4096  # units on a tile's side, the usual number
CELL = 16  # units on a side of the squares that share a point: two pixels of a tile drawn at 512
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
    reader: Reader, viewer: Viewer, question: Filter, square: Square, *, encoder: DuckEngine, blocks: Blocks
) -> bytes:
    """Return the tile's bytes, b"" when it is empty."""
    schema = reader.narrow(viewer, question, ("id", "category", "severity", "reality", "lon_deg", "lat_deg"))
    block = square.block
    key = ("tile", viewer, question, block)
    build = _points(reader, viewer, question, block)

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


def _points(reader: Reader, viewer: Viewer, question: Filter, square: Square) -> Callable[[ir.Table], ir.Table]:
    def build(table: ir.Table) -> ir.Table:
        found = reader.matching(viewer, question, table)
        found = found.filter(_around(found, square))
        grid = ibis.literal((1 << square.z) * EXTENT, type="float64")
        lat = found["lat_deg"].clip(lower=ibis.literal(-85.0511), upper=ibis.literal(85.0511)).radians()
        east = (found["lon_deg"] + 180.0) / 360.0 * grid
        south = (1.0 - (lat.tan() + 1.0 / lat.cos()).ln() / math.pi) / 2.0 * grid
        last = (1 << square.z) * EXTENT - 1
        placed = found.select(
            "id",
            "category",
            "severity",
            "reality",
            px=east.floor().cast("int64").clip(lower=0, upper=last) - square.x * EXTENT,
            py=south.floor().cast("int64").clip(lower=0, upper=last) - square.y * EXTENT,
        )
        side = square.extent
        inside = placed.filter((placed.px >= 0) & (placed.px < side) & (placed.py >= 0) & (placed.py < side))
        return _merged(inside, square.cell)

    return build


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


def _merged(inside: ir.Table, cell: int) -> ir.Table:
    """Merge the facts of a cell: first by family, of which there are few, then into one with the most frequent."""
    dot = inside.category.find(".")
    placed = inside.mutate(
        cx=(inside.px // cell).cast("int32"),
        cy=(inside.py // cell).cast("int32"),
        family=ibis.ifelse(dot >= 0, inside.category.left(dot), inside.category),
    )
    by_family = placed.group_by(["cx", "cy", "family"]).agg(
        count=placed.count(),
        severity=placed.severity.max(),
        id=placed.id.min(),
        category=placed.category.max(),
        px=placed.px.sum(),
        py=placed.py.sum(),
        labelled=placed.reality.nullif(Reality.REAL.value).min(),
    )
    rank = ibis.row_number().over(
        group_by=["cx", "cy"], order_by=[ibis.desc("count"), ibis.asc("family", nulls_first=False)]
    )
    ranked = by_family.mutate(rank=rank)
    merged = ranked.group_by(["cx", "cy"]).agg(
        count=ranked["count"].sum().cast("int64"),
        severity=ranked.severity.max().cast("int32"),
        id=ranked.id.min(),
        x=(ranked.px.sum() / ranked["count"].sum()).floor().cast("int32"),
        y=(ranked.py.sum() / ranked["count"].sum()).floor().cast("int32"),
        labelled=ranked.labelled.min(),
        category=ranked.category.max(),
        family=ibis.ifelse(ranked["rank"] == 0, ranked.family, ibis.null("string")).max(),
    )
    single = merged["count"] == 1
    return merged.select(
        "x",
        "y",
        "count",
        "severity",
        id=ibis.ifelse(single, merged.id, ibis.null("string")),
        category=ibis.ifelse(single, merged.category, ibis.null("string")),
        family=merged.family,
        reality=merged.labelled.fill_null(Reality.REAL.value),
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
