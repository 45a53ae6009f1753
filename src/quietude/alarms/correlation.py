"""Alarms of different rules that are near each other in place and time: shown together, none of them lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from quietude.alarms.distance import distances_m


@dataclass(frozen=True, slots=True)
class Mark:
    """Where and when an alarm began."""

    key: str
    rule: str
    began: int
    """Microseconds since 1970."""
    lon_deg: float
    lat_deg: float


def together(marks: Sequence[Mark], radius_m: float, within: int) -> list[tuple[str, ...]]:
    """Return the keys of alarms that belong together, sorted: linked by others near enough and soon enough.

    Those of one rule alone are no group: the rule says itself what is one alarm. `within` is in microseconds.
    """
    left = sorted(marks, key=lambda mark: (mark.began, mark.key))
    found: list[tuple[str, ...]] = []
    while left:
        part, open_ones = [], [left.pop(0)]
        while open_ones:
            here = open_ones.pop()
            part.append(here)
            linked = [other for other in left if _are_linked(here, other, radius_m, within)]
            left = [other for other in left if other not in linked]
            open_ones += linked
        if len({mark.rule for mark in part}) > 1:
            found.append(tuple(sorted(mark.key for mark in part)))
    return found


def _are_linked(one: Mark, other: Mark, radius_m: float, within: int) -> bool:
    if abs(one.began - other.began) > within:
        return False
    there = np.array([[other.lon_deg, other.lat_deg]])
    return bool(distances_m(np.array([one.lon_deg, one.lat_deg]), there)[0] <= radius_m)
