"""How far places are from the borders of zones, and which zones touch: what a location's doubt is made of."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import polars as pl
import shapely

from quietude.ingest.locate.metric import Floats, Plane
from quietude.model.territory import Level, Territory

ADJACENT_M = 25.0  # outlines of neighbours drawn apart by the width of a street still touch
FAR_M = 1e6  # distance given to places of no zone: never used as a real one
SIMPLER_M = 2.0  # outlines are drawn to some metres; fewer corners make distances quicker
INSIDE_M = 10.0  # a place moved to a zone's edge is put this far inside, where no rounding throws it out


@dataclass(frozen=True)
class Borders:
    """The outlines of one level's zones, in metres of the town's plane."""

    level: Level
    plane: Plane

    @classmethod
    def of(cls, territory: Territory, level: str | None = None) -> Borders:
        """Return the borders of one level, the finest where none is named."""
        return cls(territory.levels[-1] if level is None else territory.level(level), Plane.of(territory))

    @cached_property
    def _outlines(self) -> npt.NDArray[np.object_]:
        def project(points: Floats) -> Floats:
            return np.column_stack(self.plane.to_metres(points[:, 0], points[:, 1]))

        shapes = [shapely.transform(zone.geometry, project) for zone in self.level.zones]
        return np.array([shapely.simplify(shape, SIMPLER_M) for shape in shapes], dtype=object)

    def _groups(self, codes: pl.Series) -> list[tuple[int, npt.NDArray[np.intp]]]:
        """Return (position of the zone, rows that have its code)."""
        at = {zone.code: i for i, zone in enumerate(self.level.zones)}
        zone_at = codes.replace_strict(at, default=-1, return_dtype=pl.Int32).fill_null(-1).to_numpy()
        return [(int(zone), np.flatnonzero(zone_at == zone)) for zone in np.unique(zone_at[zone_at >= 0])]

    def distances(self, x: Floats, y: Floats, codes: pl.Series) -> Floats:
        """Return the metres from each point to the border line of its zone (`codes`); `FAR_M` where that is null."""
        found = np.full(len(x), FAR_M)
        for zone, rows in self._groups(codes):
            line = shapely.boundary(self._outlines[zone])
            shapely.prepare(line)
            found[rows] = shapely.distance(line, shapely.points(x[rows], y[rows]))
        return found

    def away(self, x: Floats, y: Floats, codes: pl.Series) -> Floats:
        """Return the metres from each point to its zone, 0 inside; `FAR_M` where the code is null."""
        found = np.full(len(x), FAR_M)
        for zone, rows in self._groups(codes):
            shape = self._outlines[zone]
            shapely.prepare(shape)
            found[rows] = shapely.distance(shape, shapely.points(x[rows], y[rows]))
        return found

    def nearest_inside(self, x: Floats, y: Floats, codes: pl.Series) -> tuple[Floats, Floats]:
        """Return the place inside its zone that is nearest to each point; the point itself where the code is null."""
        near_x, near_y = x.copy(), y.copy()
        for zone, rows in self._groups(codes):
            core = shapely.buffer(self._outlines[zone], -INSIDE_M)
            shape = self._outlines[zone] if core.is_empty else core
            lines = shapely.shortest_line(shape, shapely.points(x[rows], y[rows]))
            starts = shapely.get_point(lines, 0)
            near_x[rows], near_y[rows] = shapely.get_x(starts), shapely.get_y(starts)
        return near_x, near_y

    @cached_property
    def neighbours(self) -> pl.DataFrame:
        """Return the pairs (`zone`, `other`) of codes that touch, each zone with itself too."""
        tree = shapely.STRtree(self._outlines)
        one, two = tree.query(self._outlines, predicate="dwithin", distance=ADJACENT_M)
        codes = np.array([zone.code for zone in self.level.zones], dtype=object)
        return pl.DataFrame({"zone": codes[one].tolist(), "other": codes[two].tolist()})
