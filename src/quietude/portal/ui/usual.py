"""What is usual: the same hours of the weeks before, with the interval in which the next count would normally fall."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

WEEKS = 8  # long enough for a spread, short enough to stay in one season
FEWEST_WEEKS = 4  # below, a spread of so few counts says nothing
T_975 = {3: 3.182, 4: 2.776, 5: 2.571, 6: 2.447, 7: 2.365}
"""97.5th percentile of Student's law by degrees of freedom (weeks less one)."""


class Verdict(StrEnum):
    """A count against what is usual."""

    MORE = "more"
    LESS = "less"
    USUAL = "usual"
    UNKNOWN = "unknown"
    """The past is too short to tell."""


@dataclass(frozen=True, slots=True)
class Usual:
    """What past weeks held in the same window: their mean, and the 95 % prediction interval of one more week."""

    mean: float
    low: float
    high: float


def usual_of(counts: Sequence[int]) -> Usual | None:
    """Return what is usual after these weekly counts, or None when there are fewer than `FEWEST_WEEKS`.

    The interval is mean ± t·s·√(1 + 1/n) with s² no smaller than the mean: counts of rare facts spread at least
    like Poisson's law, however equal the few weeks seen happen to be. It never goes below zero.
    """
    weeks = len(counts)
    if weeks < FEWEST_WEEKS:
        return None
    mean = sum(counts) / weeks
    sample = sum((count - mean) ** 2 for count in counts) / (weeks - 1)
    reach = T_975[weeks - 1] * math.sqrt(max(sample, mean) * (1 + 1 / weeks))
    return Usual(mean, max(0.0, mean - reach), mean + reach)


def judge(count: int, usual: Usual | None) -> Verdict:
    """Return how a count stands against what is usual."""
    if usual is None:
        return Verdict.UNKNOWN
    if count > usual.high:
        return Verdict.MORE
    return Verdict.LESS if count < usual.low else Verdict.USUAL
