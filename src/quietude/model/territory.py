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
from quietude.model.zone_grid import MIXED, ZoneGrid, prepared_tree, zone_indices

POINTS_FOR_A_GRID = 50_000  # testing as many points one by one takes as long as making the grid, 0.1 s


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
    def codes(self) -> npt.NDArray[np.object_]:
        """Return the codes in the order of `zones` and, last, None: what `OUTSIDE` (-1) points at."""
        return np.array([*(zone.code for zone in self.zones), None], dtype=object)

    @cached_property
    def tree(self) -> shapely.STRtree:
        """Return the spatial index of the zones, in the order of `zones`."""
        return prepared_tree([zone.geometry for zone in self.zones])

    @cached_property
    def grid(self) -> ZoneGrid | None:
        """Return the grid over the zones; None where they cover no area."""
        has_area = any(zone.geometry.area > 0 for zone in self.zones)
        return ZoneGrid.over(self.tree) if has_area else None

    def indices(self, lon_deg: npt.NDArray[np.float64], lat_deg: npt.NDArray[np.float64]) -> npt.NDArray[np.int32]:
        """Return for each (finite) point the index of the first zone that holds it, -1 where none does; shape (n,)."""
        is_worth_a_grid = "grid" in self.__dict__ or len(lon_deg) >= POINTS_FOR_A_GRID
        if not is_worth_a_grid or self.grid is None:
            return zone_indices(self.tree, lon_deg, lat_deg)
        found = self.grid.look_up(lon_deg, lat_deg)
        mixed = np.flatnonzero(found == MIXED)
        found[mixed] = zone_indices(self.tree, lon_deg[mixed], lat_deg[mixed])
        return found


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

    def lineage(self, level: str, code: str) -> tuple[tuple[str, str], ...]:
        """Return a zone and those that hold it, from fine to coarse, as (level, code) pairs; none of no zone."""
        zone = self.level(level).by_code.get(code) if level in self.level_names else None
        if zone is None:
            return ()
        found = [(level, code)]
        inside = zone.geometry.representative_point()
        lon_deg, lat_deg = np.array([inside.x]), np.array([inside.y])
        for coarser in reversed(self.levels[: self.level_names.index(level)]):
            place = int(coarser.indices(lon_deg, lat_deg)[0])
            if place >= 0:
                found.append((coarser.name, coarser.zones[place].code))
        return tuple(found)

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
        is_finite = np.isfinite(lon_deg) & np.isfinite(lat_deg)
        lons, lats = lon_deg[is_finite], lat_deg[is_finite]
        assigned: dict[str, npt.NDArray[np.object_]] = {}
        for level in self.levels:
            codes = np.full(len(lon_deg), None, dtype=object)
            codes[is_finite] = level.codes[level.indices(lons, lats)]
            assigned[level.name] = codes
        return assigned
