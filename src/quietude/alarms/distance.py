"""How far points of a town are from each other."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

EARTH_RADIUS_M = 6_371_008.8  # mean radius of GRS 80, Moritz, J. Geod. 74 (2000) 128-133
Degrees = npt.NDArray[np.float64]
"""Longitude and latitude, shape (n, 2), or (2,) of one point."""


def distances_m(point: Degrees, others: Degrees) -> npt.NDArray[np.float64]:
    """Return the distances of points (shape (n, 2)) from one (shape (2,)) on the sphere, in metres: haversine."""
    lon, lat = np.radians(point)
    lons, lats = np.radians(others[:, 0]), np.radians(others[:, 1])
    half = np.sin((lats - lat) / 2) ** 2 + np.cos(lat) * np.cos(lats) * np.sin((lons - lon) / 2) ** 2
    far: npt.NDArray[np.float64] = 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.clip(half, 0, 1)))
    return far
