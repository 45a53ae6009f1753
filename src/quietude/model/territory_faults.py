"""What is wrong with a territory: zones that overlap, leave gaps, have no parent or lie outside it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from quietude.model.territory import Level, Territory

SLIVER_SHARE = (
    0.005  # of the smaller zone: outlines drawn apart overlap by slivers; published quartiers stay below that
)
MISPLACED_SHARE = 0.5  # of a zone's area that must lie in its parent
_METRES_A_DEGREE = 111_195.08  # of latitude, on a sphere of 6,371,008.8 m


class FaultKind(StrEnum):
    """The kinds of faults."""

    TWICE = "twice"
    INVALID = "invalid"
    ORPHAN = "orphan"
    MISPLACED = "misplaced"
    OVERLAP = "overlap"
    GAP = "gap"


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of a territory; `str()` says it in English."""

    kind: FaultKind
    level: str
    codes: tuple[str, ...]
    """The zones at fault; for a gap, the parent that is not covered (none at the coarsest level)."""
    area_m2: float = 0.0
    """Of the overlap or the gap, approximately."""
    share: float = 0.0
    """Of the smaller zone (overlap), of the parent or the town (gap), or of the zone, in its parent (misplaced)."""

    def __str__(self) -> str:
        names = ", ".join(repr(code) for code in self.codes)
        match self.kind:
            case FaultKind.TWICE:
                return f"{self.level}: two zones have the code {names}"
            case FaultKind.INVALID:
                return f"{self.level}: the outline of {names} is empty or crosses itself"
            case FaultKind.ORPHAN:
                return f"{self.level}: {names} has no parent in the level above"
            case FaultKind.MISPLACED:
                return f"{self.level}: only {self.share:.0%} of {names} lie in its parent"
            case FaultKind.OVERLAP:
                return f"{self.level}: {names} overlap by {self.area_m2:,.0f} m2, {self.share:.1%} of the smaller"
            case FaultKind.GAP:
                where = f"of {names}" if self.codes else "inside the town"
                return f"{self.level}: {self.area_m2:,.0f} m2 {where} lie in no zone, {self.share:.1%}"


def check(territory: Territory, *, sliver_share: float = SLIVER_SHARE) -> tuple[Fault, ...]:
    """Return the faults of a territory, coarser levels first; overlaps and gaps below `sliver_share` are slivers."""
    faults: list[Fault] = []
    parents: Level | None = None
    for level in territory.levels:
        broken = [*_twice(level), *_invalid(level)]
        faults.extend(broken)
        if not broken:
            faults.extend(_overlaps(level, sliver_share))
            faults.extend(_nesting(level, parents) if parents is not None else _holes(level, sliver_share))
            faults.extend(_gaps(level, parents, sliver_share) if parents is not None else ())
        parents = level if not broken else None
    return tuple(faults)


def _twice(level: Level) -> Iterator[Fault]:
    for code, count in Counter(zone.code for zone in level.zones).items():
        if count > 1:
            yield Fault(FaultKind.TWICE, level.name, (code,))


def _invalid(level: Level) -> Iterator[Fault]:
    for zone in level.zones:
        if zone.geometry.is_empty or not zone.geometry.is_valid or zone.geometry.area == 0:
            yield Fault(FaultKind.INVALID, level.name, (zone.code,))


def _overlaps(level: Level, sliver_share: float) -> Iterator[Fault]:
    first, second = level.tree.query(level.tree.geometries, predicate="intersects")
    pairs = first < second
    first, second = first[pairs], second[pairs]
    shapes = level.tree.geometries
    common = shapely.intersection(shapes[first], shapes[second])
    shares = shapely.area(common) / np.minimum(shapely.area(shapes[first]), shapely.area(shapes[second]))
    for at in np.flatnonzero(shares > sliver_share):
        codes = (level.zones[first[at]].code, level.zones[second[at]].code)
        yield Fault(FaultKind.OVERLAP, level.name, codes, _area_m2(common[at]), float(shares[at]))


def _nesting(level: Level, parents: Level) -> Iterator[Fault]:
    for zone in level.zones:
        parent = parents.by_code.get(zone.parent) if zone.parent is not None else None
        if parent is None:
            yield Fault(FaultKind.ORPHAN, level.name, (zone.code,))
            continue
        share = zone.geometry.intersection(parent.geometry).area / zone.geometry.area
        if share < MISPLACED_SHARE:
            yield Fault(FaultKind.MISPLACED, level.name, (zone.code,), share=share)


def _gaps(level: Level, parents: Level, sliver_share: float) -> Iterator[Fault]:
    covered = shapely.union_all(level.tree.geometries)
    for parent in parents.zones:
        gap = parent.geometry.difference(covered)
        share = gap.area / parent.geometry.area
        if share > sliver_share:
            yield Fault(FaultKind.GAP, level.name, (parent.code,), _area_m2(gap), share)


def _holes(level: Level, sliver_share: float) -> Iterator[Fault]:
    """Yield what the zones of the coarsest level enclose without holding it."""
    union = shapely.union_all(level.tree.geometries)
    rings = [ring for part in shapely.get_parts(union) for ring in part.interiors]
    enclosed = shapely.union_all([shapely.Polygon(ring) for ring in rings])
    share = enclosed.area / union.area if union.area else 0.0
    if share > sliver_share:
        yield Fault(FaultKind.GAP, level.name, (), _area_m2(enclosed), share)


def _area_m2(shape: BaseGeometry) -> float:
    """Return the area of a shape in degrees, as on a plane that touches the Earth at its centre."""
    shrinking = math.cos(math.radians(shape.centroid.y)) if not shape.is_empty else 1.0
    return float(shape.area) * _METRES_A_DEGREE**2 * shrinking
