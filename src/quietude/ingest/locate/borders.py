"""How far a place is from the border of its zone, and which zones touch: what a location's doubt is made of."""

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


@dataclass(frozen=True)
class Borders:
    """The outlines of the finest zones, in metres of the town's plane."""

    level: Level
    plane: Plane

    @classmethod
    def of(cls, territory: Territory) -> Borders:
        """Return the borders of the finest level."""
        return cls(territory.levels[-1], Plane.of(territory))

    @cached_property
    def _outlines(self) -> npt.NDArray[np.object_]:
        def project(points: Floats) -> Floats:
            return np.column_stack(self.plane.to_metres(points[:, 0], points[:, 1]))

        shapes = [shapely.transform(zone.geometry, project) for zone in self.level.zones]
        return np.array([shapely.simplify(shape, 2.0) for shape in shapes], dtype=object)

    def distances(self, x: Floats, y: Floats, codes: pl.Series) -> Floats:
        """Return the metres from each point to the border of its zone (`codes`); `FAR_M` where the code is null."""
        at = {zone.code: i for i, zone in enumerate(self.level.zones)}
        zone_at = codes.replace_strict(at, default=-1, return_dtype=pl.Int32).fill_null(-1).to_numpy()
        distances = np.full(len(x), FAR_M)
        lines = shapely.boundary(self._outlines)
        for zone in np.unique(zone_at[zone_at >= 0]):
            rows = np.flatnonzero(zone_at == zone)
            shapely.prepare(lines[zone])
            distances[rows] = shapely.distance(lines[zone], shapely.points(x[rows], y[rows]))
        return distances

    @cached_property
    def neighbours(self) -> pl.DataFrame:
        """Return the pairs (`zone`, `other`) of codes that touch, each zone with itself too."""
        tree = shapely.STRtree(self._outlines)
        one, two = tree.query(self._outlines, predicate="dwithin", distance=ADJACENT_M)
        codes = np.array([zone.code for zone in self.level.zones], dtype=object)
        return pl.DataFrame({"zone": codes[one].tolist(), "other": codes[two].tolist()})
