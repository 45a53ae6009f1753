"""The streets of a town as a graph: how far it is from one point to another along them, and about how long it takes.

Both are estimates: nothing is known of traffic, works, lights, stairs that are locked or doors that open.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import shapely

if TYPE_CHECKING:
    from scipy.sparse import csr_array

EARTH_M = 6_371_008.8  # mean radius (IUGG)
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Point = tuple[float, float]
"""Longitude and latitude, in WGS 84 degrees."""

OFF_MOST_M = 500.0
"""A point farther than this from any street is on none: on water, in the hills, or wrong."""
OFF_SAID_M = 50.0
"""From here on it is said how far off the street a way begins or ends: a wide square is less."""
STUB_M = 500.0
"""Streets that join no others and are shorter together are a fault of the drawing, not an island: nobody is on them."""


class Means(StrEnum):
    """How one moves. Each has its own streets and directions."""

    CAR = "car"
    MOTORBIKE = "motorbike"
    BIKE = "bike"
    FOOT = "foot"


SPEED_KMH = {Means.CAR: 25.0, Means.MOTORBIKE: 30.0, Means.BIKE: 15.0, Means.FOOT: 5.0}
"""Assumed, not measured: a patrol in town without siren, lights and turns in it; on foot 1.4 m/s, a comfortable gait
(R. W. Bohannon, Age and Ageing 26 (1997) 15-19)."""
WALKING_M_S = 1.4
NO_CARS = frozenset({"footway", "path", "steps", "corridor", "cycleway", "bridleway"})
NO_BIKES = frozenset({"steps", "corridor", "motorway", "motorway_link"})
NO_FEET = frozenset({"motorway", "motorway_link"})
CLOSED = {Means.CAR: NO_CARS, Means.MOTORBIKE: NO_CARS, Means.BIKE: NO_BIKES, Means.FOOT: NO_FEET}
"""Values of OpenStreetMap's `highway` that are not for a means; streets of pedestrians are open to the city's cars."""


class Lack(StrEnum):
    """Why no way is known."""

    FAR_OFF = "far_off"
    """One of the two points is too far from any street of that means."""
    APART = "apart"
    """The streets of the two points do not meet."""


@dataclass(frozen=True, slots=True)
class Way:
    """A way between two points, or why none is known."""

    distance_m: float | None
    """Along streets, with what lies off them at both ends."""
    off_m: float = 0.0
    """How much of it lies off any street."""
    lasts_s: float | None = None
    lack: Lack | None = None


@dataclass(frozen=True, slots=True)
class Segments:
    """Straight pieces of streets, shape (n, 2); pieces of one street share their ends, streets their junctions."""

    tail: Floats
    """Longitude and latitude of where each begins, in its own direction."""
    head: Floats
    kinds: npt.NDArray[np.object_]
    """`highway` of each, "" where none is said."""
    forward: npt.NDArray[np.bool_]
    """Whether one drives from tail to head, shape (n,)."""
    backward: npt.NDArray[np.bool_]

    def kept(self, which: npt.NDArray[np.bool_]) -> Segments:
        """Return some of them."""
        return Segments(
            self.tail[which], self.head[which], self.kinds[which], self.forward[which], self.backward[which]
        )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Network:
    """The streets of one means."""

    means: Means
    segments: Segments
    length_m: Floats = field(init=False)
    ends: Ints = field(init=False)
    """Nodes of tail and head, shape (n, 2)."""
    nodes: int = field(init=False)

    def __post_init__(self) -> None:
        points = np.concatenate([self.segments.tail, self.segments.head])
        rounded = np.round(points * 1e6).astype(np.int64)  # 0.1 m
        _, numbers = np.unique(rounded[:, 0] * 2**31 + rounded[:, 1], return_inverse=True)
        half = len(self.segments.tail)
        object.__setattr__(self, "ends", np.stack([numbers[:half], numbers[half:]], axis=1))
        object.__setattr__(self, "nodes", int(numbers.max()) + 1 if half else 0)
        object.__setattr__(self, "length_m", _lengths(self.segments.tail, self.segments.head))

    @classmethod
    def of(cls, segments: Segments, means: Means) -> Network:
        """Return the streets that are for a means, without stubs; on foot every direction is right."""
        closed = CLOSED[means]
        mine = segments.kept(~np.isin(segments.kinds.astype(str), list(closed)))
        if means is Means.FOOT:
            both = np.ones(len(mine.tail), bool)
            mine = Segments(mine.tail, mine.head, mine.kinds, both, both)
        whole = cls(means, mine)
        if whole.nodes == 0:
            return whole
        from scipy.sparse import csr_array  # noqa: PLC0415  # a fifth of a second of every command, for few towns
        from scipy.sparse.csgraph import connected_components  # noqa: PLC0415  # as above

        joined = csr_array((whole.length_m, (whole.ends[:, 0], whole.ends[:, 1])), shape=(whole.nodes, whole.nodes))
        _, part = connected_components(joined, directed=False)
        lengths = np.bincount(part[whole.ends[:, 0]], whole.length_m)
        return cls(means, mine.kept(lengths[part[whole.ends[:, 0]]] >= STUB_M))

    @cached_property
    def backwards(self) -> csr_array:
        """Return the graph against the direction of travel, in metres: ways to a point are looked for from it."""
        from scipy.sparse import csr_array  # noqa: PLC0415  # as above

        goes, comes = self.segments.forward, self.segments.backward
        begins = np.concatenate([self.ends[goes, 1], self.ends[comes, 0]])
        ends = np.concatenate([self.ends[goes, 0], self.ends[comes, 1]])
        lengths = np.concatenate([self.length_m[goes], self.length_m[comes]])
        order = np.lexsort((lengths, ends, begins))  # of two pieces between the same nodes the shorter counts
        begins, ends, lengths = begins[order], ends[order], np.maximum(lengths[order], 1e-3)
        first = np.ones(len(begins), bool)
        first[1:] = (begins[1:] != begins[:-1]) | (ends[1:] != ends[:-1])
        return csr_array((lengths[first], (begins[first], ends[first])), shape=(self.nodes, self.nodes))

    @cached_property
    def _tree(self) -> shapely.STRtree:
        lines = np.stack([self._flat(self.segments.tail), self._flat(self.segments.head)], axis=1)
        return shapely.STRtree(np.asarray(shapely.linestrings(lines), object))

    @cached_property
    def _shrink(self) -> float:
        return float(np.cos(np.radians(self.segments.tail[:, 1].mean())))

    def _flat(self, points: Floats) -> Floats:
        """Return points in metres on a plane that touches the town: true to 0.1 % over some 30 km."""
        degree_m = np.radians(1.0) * EARTH_M
        return np.stack([points[..., 0] * degree_m * self._shrink, points[..., 1] * degree_m], axis=-1)

    def snapped(self, point: Point) -> Snapped | None:
        """Return where on the nearest street a point is; None where that is too far."""
        if self.nodes == 0:
            return None
        here = shapely.Point(*self._flat(np.array(point)))
        found = self._tree.query_nearest(here, max_distance=OFF_MOST_M, all_matches=False)
        if found.size == 0:
            return None
        number = int(found[0])
        line = self._tree.geometries[number]
        share = float(shapely.line_locate_point(line, here, normalized=True))
        return Snapped(number, share, float(shapely.distance(line, here)))


@dataclass(frozen=True, slots=True)
class Snapped:
    """A point of a street: on which segment, at which share of it from its tail, and how far off in metres."""

    segment: int
    share: float
    off_m: float


@dataclass(frozen=True, eq=False)
class Reach:
    """All ways of one means to one point; found once, then asked for many beginnings."""

    network: Network
    to: Snapped | None
    from_m: Floats
    """From each node to the point along streets, infinite where no way leads; shape (nodes,)."""

    @classmethod
    def of(cls, network: Network, point: Point) -> Reach:
        """Return the ways to a point."""
        to = network.snapped(point)
        if to is None:
            return cls(network, None, np.empty(0))
        tail, head = network.ends[to.segment]
        length, segments = float(network.length_m[to.segment]), network.segments
        # one comes along the segment from its tail, or against it from its head, as its direction allows
        starts = [(int(tail), to.share * length)] if segments.forward[to.segment] else []
        starts += [(int(head), (1 - to.share) * length)] if segments.backward[to.segment] else []
        from scipy.sparse.csgraph import dijkstra  # noqa: PLC0415  # as above

        found = dijkstra(network.backwards, indices=[node for node, _ in starts])
        return cls(network, to, (found + np.array([[more] for _, more in starts])).min(axis=0))

    def way(self, point: Point) -> Way:
        """Return the way from a point."""
        begin = self.network.snapped(point)
        if self.to is None or begin is None:
            return Way(None, lack=Lack.FAR_OFF)
        along = min(self._through(begin), self._within(begin, self.to))
        if not np.isfinite(along):
            return Way(None, lack=Lack.APART)
        off = begin.off_m + self.to.off_m
        return Way(along + off, off, along / (SPEED_KMH[self.network.means] / 3.6) + off / WALKING_M_S)

    def _through(self, begin: Snapped) -> float:
        """Return the way by one of the ends of the segment where it begins."""
        tail, head = self.network.ends[begin.segment]
        length, segments = float(self.network.length_m[begin.segment]), self.network.segments
        ahead = (1 - begin.share) * length + self.from_m[head] if segments.forward[begin.segment] else np.inf
        back = begin.share * length + self.from_m[tail] if segments.backward[begin.segment] else np.inf
        return float(min(ahead, back))

    def _within(self, begin: Snapped, to: Snapped) -> float:
        """Return the way within one segment, where both are on the same."""
        segments, number = self.network.segments, begin.segment
        allowed = segments.forward if to.share >= begin.share else segments.backward
        if number != to.segment or not allowed[number]:
            return float("inf")
        return abs(to.share - begin.share) * float(self.network.length_m[number])


def _lengths(tail: Floats, head: Floats) -> Floats:
    """Return the great-circle lengths between pairs of points, in metres (haversine, R. W. Sinnott 1984)."""
    lon_a, lat_a, lon_b, lat_b = (np.radians(each) for each in (tail[:, 0], tail[:, 1], head[:, 0], head[:, 1]))
    chord = np.sin((lat_b - lat_a) / 2) ** 2 + np.cos(lat_a) * np.cos(lat_b) * np.sin((lon_b - lon_a) / 2) ** 2
    found: Floats = 2 * EARTH_M * np.arcsin(np.sqrt(np.minimum(1.0, chord)))
    return found
