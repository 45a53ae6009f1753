"""Metres on the ground around one town: a local plane, good to a few parts in a thousand over a city."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from quietude.model.territory import Territory

Floats = npt.NDArray[np.float64]

METRES_PER_DEGREE = 111_195.0  # of latitude, on a sphere of 6,371,008.8 m (mean radius, IUGG)


@dataclass(frozen=True, slots=True)
class Plane:
    """An equirectangular plane: x to the east and y to the north of (lon0, lat0), in metres."""

    lon0_deg: float
    lat0_deg: float

    @classmethod
    def of(cls, territory: Territory) -> Plane:
        """Return the plane around the middle of the coarsest level's extent."""
        bounds = np.array([zone.geometry.bounds for zone in territory.levels[0].zones])
        west, south = bounds[:, :2].min(axis=0)
        east, north = bounds[:, 2:].max(axis=0)
        return cls(float(west + east) / 2, float(south + north) / 2)

    def to_metres(self, lon_deg: Floats, lat_deg: Floats) -> tuple[Floats, Floats]:
        """Return x and y, same shapes."""
        shrink = np.cos(np.radians(self.lat0_deg))
        return (lon_deg - self.lon0_deg) * METRES_PER_DEGREE * shrink, (lat_deg - self.lat0_deg) * METRES_PER_DEGREE

    def to_degrees(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Return longitudes and latitudes, same shapes."""
        shrink = np.cos(np.radians(self.lat0_deg))
        return x / (METRES_PER_DEGREE * shrink) + self.lon0_deg, y / METRES_PER_DEGREE + self.lat0_deg
