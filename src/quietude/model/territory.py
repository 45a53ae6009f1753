"""The town's places: nested zones, level by level."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from quietude.model.fold import fold


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """One zone of one level, with its outline in WGS 84 degrees (longitude, latitude)."""

    code: str
    """Stable code, unique in its level (an INSEE code where one exists)."""
    name: str
    parent: str | None
    """Code of the zone of the next coarser level that holds this one."""
    geometry: BaseGeometry
    population: int | None = None
    attributes: Mapping[str, str | float | None] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Level:
    """One level of the territory, such as the arrondissements."""

    name: str
    """Short ASCII name, part of a column's name: "arrondissement"."""
    labels: Mapping[str, str]
    """Language code to label: {"fr": "Arrondissement", "en": "District"}."""
    zones: tuple[Zone, ...]

    @cached_property
    def by_code(self) -> Mapping[str, Zone]:
        """Return the zones by code."""
        return {zone.code: zone for zone in self.zones}

    @cached_property
    def tree(self) -> shapely.STRtree:
        """Return the spatial index of the zones, in the order of `zones`."""
        return shapely.STRtree([zone.geometry for zone in self.zones])


@dataclass(frozen=True, kw_only=True)
class Territory:
    """The nested zones of one town. Every point of the town lies in exactly one zone per level."""

    levels: tuple[Level, ...]
    """From coarse to fine, e.g. ("arrondissement", "quartier")."""
    approximate: str | None = None
    """Why the outlines are not official, shown on every map; None when they are."""

    @property
    def level_names(self) -> tuple[str, ...]:
        """Return the names of the levels, from coarse to fine."""
        return tuple(level.name for level in self.levels)

    def level(self, name: str) -> Level:
        """Return one level.

        Raises:
            KeyError: the territory has no level of that name.
        """
        for level in self.levels:
            if level.name == name:
                return level
        raise KeyError(f"no level {name!r}; this territory has {self.level_names}")

    def find(self, name: str) -> tuple[tuple[str, str], ...]:
        """Return the (level, code) pairs whose code or name is `name`, case and accents aside; coarser levels first."""
        wanted = fold(name)
        return tuple(
            (level.name, zone.code)
            for level in self.levels
            for zone in level.zones
            if zone.code == name or fold(zone.name) == wanted
        )

    def assign(
        self, lon_deg: npt.NDArray[np.float64], lat_deg: npt.NDArray[np.float64]
    ) -> dict[str, npt.NDArray[np.object_]]:
        """Return for each level the zone code of each point (shape (n,), None outside the town or where not finite).

        A point on a common border gets the zone that comes first in the level's order, so that the answer is stable.
        """
        finite = np.isfinite(lon_deg) & np.isfinite(lat_deg)
        points = shapely.points(lon_deg[finite], lat_deg[finite])
        positions = np.flatnonzero(finite)
        assigned: dict[str, npt.NDArray[np.object_]] = {}
        for level in self.levels:
            codes = np.full(len(lon_deg), None, dtype=object)
            point_at, zone_at = level.tree.query(points, predicate="intersects")
            names = np.array([zone.code for zone in level.zones], dtype=object)
            order = np.argsort(zone_at, kind="stable")[::-1]
            codes[positions[point_at[order]]] = names[zone_at[order]]
            assigned[level.name] = codes
        return assigned
