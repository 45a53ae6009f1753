"""A grid over the zones of one level that says at once in which zone most points lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

Degrees: TypeAlias = npt.NDArray[np.float64]
Indices: TypeAlias = npt.NDArray[np.int32]

OUTSIDE = -1
"""In place of a zone's index: in no zone."""
MIXED = -2
"""In a cell: a border passes through it; its points are tested one by one."""

SIDE = 256  # cells per side: for a town of 20 km a cell is 80 m wide and one in ten is mixed; made in 0.1 s
MARGIN = 1e-6  # of a cell, some micrometres: a point near a cell's edge may fall in either cell by rounding


@dataclass(frozen=True, slots=True)
class ZoneGrid:
    """Cells over the bounds of some zones, each wholly in one zone, outside all of them, or mixed."""

    west_deg: float
    south_deg: float
    width_deg: float
    """Of one cell."""
    height_deg: float
    cells: npt.NDArray[np.int32]
    """Index of the first zone that holds it, `OUTSIDE` or `MIXED`; rows from the south, columns from the west."""

    @classmethod
    def over(cls, tree: shapely.STRtree, side: int = SIDE) -> ZoneGrid:
        """Return the grid over the polygons of a tree, which must cover some area.

        Where no border passes, what holds for the centre of a cell holds for all of it.
        """
        west, south, east, north = shapely.total_bounds(tree.geometries)
        width, height = (east - west) / side, (north - south) / side
        is_mixed = _crossed(tree, np.array([west, south]), np.array([width, height]), side)
        rows, columns = np.nonzero(~is_mixed)
        cells = np.full((side, side), MIXED, dtype=np.int32)
        cells[rows, columns] = zone_indices(tree, west + (columns + 0.5) * width, south + (rows + 0.5) * height)
        return cls(west, south, width, height, cells)

    def look_up(self, lon_deg: Degrees, lat_deg: Degrees) -> Indices:
        """Return for each (finite) point the index of its zone, `OUTSIDE` or `MIXED`; shape (n,)."""
        rows_of_cells, columns_of_cells = self.cells.shape
        east = self.west_deg + (columns_of_cells + 1) * self.width_deg
        north = self.south_deg + (rows_of_cells + 1) * self.height_deg
        # One cell beyond the bounds nothing can be inside; nearer, rounding decides, and the outermost cells are mixed.
        is_near = (lon_deg >= self.west_deg - self.width_deg) & (lon_deg <= east)
        is_near &= (lat_deg >= self.south_deg - self.height_deg) & (lat_deg <= north)
        columns = np.floor((lon_deg[is_near] - self.west_deg) / self.width_deg)
        rows = np.floor((lat_deg[is_near] - self.south_deg) / self.height_deg)
        found = np.full(len(lon_deg), OUTSIDE, dtype=np.int32)
        columns = np.clip(columns, 0, columns_of_cells - 1).astype(np.intp)
        rows = np.clip(rows, 0, rows_of_cells - 1).astype(np.intp)
        found[is_near] = self.cells[rows, columns]
        return found


def _crossed(tree: shapely.STRtree, origin: Degrees, cell: Degrees, side: int) -> npt.NDArray[np.bool_]:
    """Return which cells a border passes through, or very near; shape (rows, columns)."""
    rings = shapely.get_rings(shapely.get_parts(tree.geometries))
    corners, ring_at = shapely.get_coordinates(rings, return_index=True)
    corners = (corners - origin) / cell
    is_side = ring_at[1:] == ring_at[:-1]
    starts, ends = corners[:-1][is_side], corners[1:][is_side]
    pieces = np.maximum(np.ceil(np.abs(ends - starts).max(axis=1)), 1).astype(np.intp)  # none longer than a cell
    side_at = np.repeat(np.arange(len(pieces)), pieces)
    number = np.arange(len(side_at)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    step = ((ends - starts) / pieces[:, None])[side_at]
    first = starts[side_at] + step * number[:, None]
    last = first + step
    low = np.floor(np.minimum(first, last) - MARGIN).astype(np.intp)
    high = np.floor(np.maximum(first, last) + MARGIN).astype(np.intp)
    is_crossed = np.zeros((side, side), dtype=np.bool_)
    for across in range(3):  # a piece and its margins lie in at most three columns and three rows
        for up in range(3):
            columns, rows = low[:, 0] + across, low[:, 1] + up
            is_cell = (columns <= high[:, 0]) & (rows <= high[:, 1])
            is_cell &= (columns >= 0) & (columns < side) & (rows >= 0) & (rows < side)
            is_crossed[rows[is_cell], columns[is_cell]] = True
    return is_crossed


def zone_indices(tree: shapely.STRtree, lon_deg: Degrees, lat_deg: Degrees) -> Indices:
    """Return for each (finite) point the index of the first zone that holds it, borders included, else `OUTSIDE`."""
    found = np.full(len(lon_deg), OUTSIDE, dtype=np.int32)
    point_at, zone_at = tree.query(shapely.points(lon_deg, lat_deg))
    order = np.argsort(zone_at, kind="stable")
    starts = np.searchsorted(zone_at[order], np.arange(len(tree.geometries) + 1))
    for zone in reversed(range(len(tree.geometries))):
        points = point_at[order[starts[zone] : starts[zone + 1]]]
        if len(points):
            holds = shapely.intersects_xy(tree.geometries[zone], lon_deg[points], lat_deg[points])
            found[points[holds]] = zone
    return found


def prepared_tree(geometries: Sequence[BaseGeometry]) -> shapely.STRtree:
    """Return the spatial index of geometries, each prepared for many tests."""
    shapely.prepare(np.array(geometries, dtype=object))
    return shapely.STRtree(geometries)
