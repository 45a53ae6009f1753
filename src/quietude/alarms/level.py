"""The condition on a number: above or below a level, until it is well back, for at least so long."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import Annotated

import numpy as np
import numpy.typing as npt
from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from quietude.alarms.spans import Moments, Spans
from quietude.alarms.window import Window
from quietude.model.observation import own_name
from quietude.sources.api import Part

_PATTERN = re.compile(r"[a-z0-9_*]+(/[a-z0-9_*]+){2}")
Numbers = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


def _several(value: object) -> object:
    return (value,) if isinstance(value, str) else value


def _patterns(patterns: tuple[str, ...]) -> tuple[str, ...]:
    for pattern in patterns:
        if _PATTERN.fullmatch(pattern) is None:
            raise ValueError(f"expected <source>/<sensor>/<quantity>, such as noise/*/laeq, not {pattern!r}")
    return patterns


SeriesNames = Annotated[tuple[str, ...], BeforeValidator(_several), AfterValidator(_patterns)]


def names_series(patterns: tuple[str, ...], series: str) -> bool:
    """Tell whether a pattern names a series; of one of an exercise the mark before the colon is no part."""
    name = own_name(series)
    return any(fnmatchcase(name, pattern) for pattern in patterns)


class Level(Part):
    """A number is above (or below) a level; it stays so until it is back beyond another one."""

    series: SeriesNames = Field(min_length=1, description="Which series: `noise/*/laeq`; `*` stands for anything.")
    above: float | None = Field(default=None, description="Holds from a value above this on,")
    until_below: float | None = Field(default=None, description="until one below this; `above` when absent.")
    below: float | None = Field(default=None, description="Or holds from a value below this on,")
    until_above: float | None = Field(default=None, description="until one above this; `below` when absent.")
    lasts: Window | None = Field(default=None, description="How long it must be so before it counts.")
    gap: Window = Field(
        default="PT15M", description="How long a value says what is: without another one nothing is known after that."
    )

    @model_validator(mode="after")
    def _is_one_way(self) -> Level:
        if (self.above is None) == (self.below is None):
            raise ValueError("level: expected either above or below")
        if (self.until_below is not None and self.above is None) or (
            self.until_above is not None and self.below is None
        ):
            raise ValueError("level: until_below goes with above, until_above with below")
        if self.above is not None and self.until_below is not None and self.until_below > self.above:
            raise ValueError("level: until_below lies above `above`; it would end before it began")
        if self.below is not None and self.until_above is not None and self.until_above < self.below:
            raise ValueError("level: until_above lies below `below`; it would end before it began")
        return self

    @property
    def windows(self) -> list[str]:
        """Return the lengths that a value may matter for."""
        return [self.gap] if self.lasts is None else [self.gap, self.lasts]

    def begins(self, values: Numbers) -> Flags:
        """Tell of each value whether the condition holds from it on, whatever was before."""
        if self.above is not None:
            return np.greater(values, self.above, dtype=np.bool_)
        return np.less(values, self.below if self.below is not None else -np.inf, dtype=np.bool_)

    def ends(self, values: Numbers) -> Flags:
        """Tell of each value whether the condition is over with it, whatever was before."""
        if self.until_below is not None:
            return np.less(values, self.until_below, dtype=np.bool_)
        if self.until_above is not None:
            return np.greater(values, self.until_above, dtype=np.bool_)
        return np.logical_not(self.begins(values))


def states(level: Level, at: Moments, values: Numbers, gap: int, before: tuple[int, bool] | None) -> Flags:
    """Tell of each value of one series, in order, whether the condition holds from it to the next one.

    Args:
        level: the condition.
        at: moments of the values, in microseconds, ascending.
        values: finite, shape (n,).
        gap: microseconds after which a value says nothing any more.
        before: moment of the last value before these, and whether it held then.
    """
    begins, ends = level.begins(values), level.ends(values)
    last = np.concatenate([[before[0] if before is not None else at[0] - gap - 1], at[:-1]]) if at.size else at
    decides = begins | ends | (at - last > gap)
    places = np.maximum.accumulate(np.where(decides, np.arange(at.size), -1))
    former = before is not None and before[1]
    return np.where(places >= 0, begins[places], former)


def held(at: Moments, holds: Flags, gap: int, before: tuple[int, bool] | None) -> Spans:
    """Return when the condition holds: from each value that says so to the next one, for `gap` at most."""
    if before is not None:
        at, holds = np.concatenate([[before[0]], at]), np.concatenate([[before[1]], holds])
    if not at.size:
        return Spans.none()
    until = np.minimum(np.append(at[1:], np.iinfo(np.int64).max), at + gap)
    return Spans.of(at[holds], until[holds])
