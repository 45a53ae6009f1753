"""How each service sees: what stands near enough, how late, how exactly, how carefully."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt
import shapely

from quietude.sources.simulator.draws import Draws, Floats, Ints, Keys
from quietude.sources.simulator.spec import Service
from quietude.sources.simulator.stage import Stage, point_tree
from quietude.sources.simulator.terrain import Terrain


class PlaceForm(IntEnum):
    """How a service writes where it was."""

    NUMBER = 0
    STREET = 1
    CROSSING = 2
    LANDMARK = 3
    SECTOR = 4
    EMPTY = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """One service's way of noticing and writing down."""

    site: str | None = None
    """Profile of the places it watches from; None: it goes anywhere."""
    site_share: float = 1.0
    """Share of the places of that profile that it has."""
    reach_m: float = 0.0
    """How far it sees from there."""
    clock_minutes: float
    """Deviation of the time it writes from the true one."""
    delay_minutes: float
    """Median time between the fact and the entry."""
    delay_spread: float
    """Deviation of the logarithm of that time."""
    round_minutes: int = 1
    """Times are written in multiples of this."""
    hour_known: float = 1.0
    """Share of entries that state an hour at all."""
    place_m: float
    """Deviation of the position it gives, each way."""
    place_forms: tuple[float, float, float, float, float, float]
    """Weights of the ways to write a place, in the order of `PlaceForm`."""
    severity_shift: float = 0.0
    """How much graver than they are facts seem to it, on average."""
    duplicated: float
    """Share of facts it enters twice, under two numbers."""
    corrected: float
    """Share of entries it amends later, under the same number."""


HABITS: dict[Service, Habits] = {
    "municipal_police": Habits(
        clock_minutes=9, delay_minutes=35, delay_spread=0.9, round_minutes=5, place_m=18,
        place_forms=(0.46, 0.24, 0.16, 0.09, 0.03, 0.02), duplicated=0.010, corrected=0.025,
    ),
    "video_centre": Habits(
        site="centre", site_share=0.14, reach_m=130, clock_minutes=2, delay_minutes=4, delay_spread=0.8, place_m=30,
        place_forms=(0.05, 0.35, 0.45, 0.12, 0.02, 0.01), severity_shift=-0.2, duplicated=0.006, corrected=0.015,
    ),
    "town_hall_desk": Habits(
        clock_minutes=45, delay_minutes=260, delay_spread=1.3, place_m=45,
        place_forms=(0.50, 0.22, 0.06, 0.12, 0.06, 0.04), severity_shift=0.15, duplicated=0.030, corrected=0.040,
    ),
    "social_landlord": Habits(
        site="estates", reach_m=170, clock_minutes=50, delay_minutes=600, delay_spread=1.0, round_minutes=30,
        hour_known=0.45, place_m=25, place_forms=(0.35, 0.65, 0.0, 0.0, 0.0, 0.0),
        severity_shift=0.3, duplicated=0.008, corrected=0.020,
    ),
    "transport": Habits(
        site="stops", site_share=0.6, reach_m=220, clock_minutes=4, delay_minutes=15, delay_spread=0.7, place_m=20,
        place_forms=(0.0, 1.0, 0.0, 0.0, 0.0, 0.0), severity_shift=0.1, duplicated=0.005, corrected=0.030,
    ),
}  # fmt: skip


def sites_of(habits: Habits, service: Service, stage: Stage, terrain: Terrain) -> npt.NDArray[np.int64]:
    """Return for each place of the stage the place its service watches it from, -1 where it is out of sight."""
    if habits.site is None:
        return np.arange(stage.size)
    weights = terrain.weights(habits.site)
    watched = np.flatnonzero(weights > 0)
    if habits.site_share < 1:
        watched = watched[_picked(weights[watched], habits.site_share, stage.key[watched], service, terrain.draws)]
    sites = np.full(stage.size, -1, dtype=np.int64)
    if len(watched) > 0:
        tree = point_tree(stage.x_m[watched], stage.y_m[watched])
        points = shapely.points(stage.x_m, stage.y_m)
        of, at = tree.query_nearest(points, max_distance=habits.reach_m, all_matches=False)
        sites[of] = watched[at]
    return sites


def _picked(weights: Floats, share: float, keys: Keys, name: str, draws: Draws) -> Ints:
    """Return the positions of a share of places, without repetition, likelier where the weight is higher.

    Source: P. Efraimidis, P. Spirakis, "Weighted random sampling with a reservoir",
    Inf. Process. Lett. 97 (2006) 181-185.
    """
    scores = np.log(draws.uniform(keys, f"sites/{name}") + np.finfo(float).tiny) / weights
    return np.argsort(scores)[::-1][: int(np.ceil(share * len(weights)))]
