"""Departure from the season's normal: more facts in a window than the same hours of past weeks let expect.

Each group has its own rate of facts for each hour of the week, learned from complete past weeks before a fixed moment;
a public holiday counts as a Sunday. The bound is a quantile of the negative binomial law whose variance is that of the
counts around their expectation, and of the expectation itself.

Source: Noufaily et al., Statistics in Medicine 32 (2013) 1206-1222, 3.3 (quantile of the negative binomial law instead
of a normal approximation), after Farrington et al., J. R. Stat. Soc. A 159 (1996) 547-563 (overdispersion by Pearson's
statistic; variance of the expectation added).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import holidays
import numpy as np
import numpy.typing as npt
from pydantic import Field

from quietude.alarms.crowd import crowded
from quietude.alarms.spans import Moments, Spans
from quietude.alarms.window import Window, micros, moment_at
from quietude.sources.api import Part

HOUR = 3_600_000_000
WEEK_HOURS = 168
SUNDAY = 6
LEAST_WEEKS = 8
"""Two months: with fewer, the expectation of an hour of the week is a guess from a handful of values."""
MOST_WEEKS = 52
"""Older ones are of another season or of another habit of noting."""
Rates = npt.NDArray[np.float64]


class Departure(Part):
    """More facts in a window than its hours let expect."""

    scope: str = Field(default="", description="Which of the rule's facts, as the filter bar reads it; all when empty.")
    window: Window = Field(default="PT3H", description="The window whose facts are counted, up to two days.")
    above: float = Field(default=0.99, ge=0.9, le=0.9999, description="Quantile that the count must pass.")
    at_least: int = Field(default=3, ge=1, le=10_000, description="Fewer facts never ring, however rare they are.")


@dataclass(frozen=True, slots=True)
class Expected:
    """How many facts a window lets expect."""

    mean: float
    low: int
    high: int
    """The count may be from `low` to `high`; more is a departure."""


@dataclass(frozen=True, slots=True)
class Normal:
    """What is normal for the groups of one rule, from one moment on: an edition, learned once and kept."""

    since: int
    """Microseconds since 1970: it was learned from what happened before, and holds from here on."""
    weeks: int
    """Complete weeks that it was learned from; less than `LEAST_WEEKS` says nothing."""
    dispersion: float
    """Variance of counts over their expectation, 1 or more: Pearson's statistic of all groups together."""
    rates: Mapping[str, Sequence[float]]
    """By group: facts an hour for each hour of the week, Monday 0 h first, by the town's clock."""

    @property
    def is_enough(self) -> bool:
        """Tell whether there were enough weeks to learn from."""
        return self.weeks >= LEAST_WEEKS

    def said(self) -> dict[str, Any]:
        """Return it as values that JSON holds."""
        return asdict(self)

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Normal:
        """Return what `said` gave."""
        return cls(**said)


@dataclass(frozen=True, slots=True)
class Clock:
    """How the town counts hours."""

    timezone: str
    country: str = ""
    subdivision: str | None = None


@dataclass(frozen=True, slots=True)
class Season:
    """The editions of one rule's normal, and the group that is asked about."""

    normals: Sequence[Normal]
    """In the order of `since`."""
    group: str
    clock: Clock

    def departed(self, at: Moments, departure: Departure) -> Spans:
        """Return when the window before held more facts than expected; never where too little is known."""
        if at.size < departure.at_least or not self.normals:
            return Spans.none()
        window = micros(departure.window)
        first, last = int(at[0]) // HOUR, (int(at[-1]) + window) // HOUR
        hours = np.arange(first, last + 1, dtype=np.int64)
        least = self._least(hours, departure)
        found = Spans.none()
        for count in np.unique(least[least > 0]).tolist():
            mine = hours[least == count] * HOUR
            found |= crowded(at, count, window) & Spans.of(mine, mine + HOUR)
        return found

    def expected(self, at: int, departure: Departure) -> Expected | None:
        """Return what the window that ends in the hour of a moment lets expect; None where too little is known."""
        normal = self._in_force(at // HOUR * HOUR)
        if normal is None or not normal.is_enough:
            return None
        mean = float(self._means(np.array([at // HOUR]), normal, micros(departure.window))[0])
        variance = _variance(mean, normal)
        high = quantile(mean, variance, departure.above)
        return Expected(mean, quantile(mean, variance, 1 - departure.above), high)

    def _least(self, hours: npt.NDArray[np.int64], departure: Departure) -> npt.NDArray[np.int64]:
        """Return for each hour how many facts ring; 0 where none does."""
        least = np.zeros(hours.size, np.int64)
        since = [normal.since for normal in self.normals]
        places = np.searchsorted(np.array(since), hours * HOUR, side="right") - 1
        for number, normal in enumerate(self.normals):
            mine = places == number
            if not normal.is_enough or not mine.any():
                continue
            means, back = np.unique(
                self._means(hours[mine], normal, micros(departure.window)).round(6), return_inverse=True
            )
            bounds = [quantile(mean, _variance(mean, normal), departure.above) + 1 for mean in means.tolist()]
            least[mine] = np.maximum(np.array(bounds, np.int64)[back], departure.at_least)
        return least

    def _means(self, hours: npt.NDArray[np.int64], normal: Normal, window: int) -> Rates:
        """Return for each hour the expected count of the window that ends in its middle."""
        rates = np.array(normal.rates.get(self.group, [0.0] * WEEK_HOURS))
        back = window // HOUR + 2
        line = np.arange(int(hours.min()) - back, int(hours.max()) + 1)
        by_hour = rates[[slot(hour, self.clock) for hour in line.tolist()]]
        total = np.concatenate([[0.0], np.cumsum(by_hour)])
        ends = hours - line[0] + 0.5
        edges = np.arange(total.size, dtype=np.float64)
        counted: Rates = np.interp(ends, edges, total) - np.interp(ends - window / HOUR, edges, total)
        return counted

    def _in_force(self, at: int) -> Normal | None:
        return next((normal for normal in reversed(self.normals) if normal.since <= at), None)


def _variance(mean: float, normal: Normal) -> float:
    """Return the variance of a count to come: around its expectation, and of the expectation learned from weeks."""
    return normal.dispersion * mean * (1 + 1 / normal.weeks)


@lru_cache(maxsize=200_000)
def slot(hour: int, clock: Clock) -> int:
    """Return the hour of the week, 0 to 167, of an hour since 1970 (UTC) by the town's clock; a holiday is a Sunday."""
    local = moment_at(hour * HOUR + HOUR // 2).astimezone(ZoneInfo(clock.timezone))
    days = _holidays(clock.country, clock.subdivision)
    weekday = SUNDAY if days is not None and local.date() in days else local.weekday()
    return weekday * 24 + local.hour


@lru_cache(maxsize=8)
def _holidays(country: str, subdivision: str | None) -> holidays.HolidayBase | None:
    return holidays.country_holidays(country, subdiv=subdivision) if country else None


@lru_cache(maxsize=50_000)
def quantile(mean: float, variance: float, share: float) -> int:
    """Return the least count that a negative binomial law stays at or below with probability `share`.

    With a variance no greater than the mean: of Poisson's law.
    """
    if mean <= 0:
        return 0
    most = int(mean + 12 * np.sqrt(max(variance, mean)) + 30)
    steps = np.arange(most, dtype=np.float64)
    if variance <= mean * (1 + 1e-9):
        logs = np.concatenate([[-mean], np.log(mean / (steps + 1))])
    else:
        size = mean * mean / (variance - mean)
        rest = mean / (size + mean)
        logs = np.concatenate([[size * np.log1p(-rest)], np.log((steps + size) / (steps + 1) * rest)])
    reached = np.cumsum(np.exp(np.cumsum(logs)))
    return int(np.searchsorted(reached, share))
