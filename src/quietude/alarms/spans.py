"""Spans of time on one axis, and the algebra of conditions on them: or, and, not, "for at least so long".

A condition is the set of moments at which it holds. What rings is what that set says, so it cannot hang on the order in
which facts came in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Moments = npt.NDArray[np.int64]
"""Microseconds since 1970 UTC."""

EVER = np.iinfo(np.int64).max
"""The end of what has not ended."""
NEVER = np.iinfo(np.int64).min
"""The beginning of what always was."""
_ALWAYS = np.array([NEVER], np.int64)
_NEVER_ENDS = np.array([EVER], np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Spans:
    """Spans [begin, end) in order, none empty, none touching the next."""

    begins: Moments
    ends: Moments

    @classmethod
    def none(cls) -> Spans:
        """Return the empty set."""
        return cls(np.empty(0, np.int64), np.empty(0, np.int64))

    @classmethod
    def of(cls, begins: Moments, ends: Moments) -> Spans:
        """Return the union of spans in any order; empty ones are left out."""
        kept = begins < ends
        begins, ends = begins[kept], ends[kept]
        if begins.size == 0:
            return cls.none()
        if (begins[1:] < begins[:-1]).any():
            order = np.argsort(begins, kind="stable")
            begins, ends = begins[order], ends[order]
        ends = np.maximum.accumulate(ends)
        first = np.concatenate([[True], begins[1:] > ends[:-1]])
        last = np.concatenate([first[1:], [True]])
        return cls(begins[first], ends[last])

    @classmethod
    def pairs(cls, pairs: Sequence[tuple[int, int]]) -> Spans:
        """Return the union of spans given as pairs."""
        both = np.array(pairs, np.int64).reshape(-1, 2)
        return cls.of(both[:, 0], both[:, 1])

    def __eq__(self, other: object) -> bool:
        """Tell whether both hold the same moments."""
        return (
            isinstance(other, Spans)
            and np.array_equal(self.begins, other.begins)
            and np.array_equal(self.ends, other.ends)
        )

    __hash__ = None  # type: ignore[assignment]

    def __len__(self) -> int:
        """Return how many spans there are."""
        return int(self.begins.size)

    def __or__(self, other: Spans) -> Spans:
        """Return the moments of either."""
        return Spans.of(np.concatenate([self.begins, other.begins]), np.concatenate([self.ends, other.ends]))

    def __and__(self, other: Spans) -> Spans:
        """Return the moments of both."""
        return ~(~self | ~other)

    def __invert__(self) -> Spans:
        """Return all other moments."""
        begins = np.concatenate([_ALWAYS, self.ends])
        ends = np.concatenate([self.begins, _NEVER_ENDS])
        kept = begins < ends
        return Spans(begins[kept], ends[kept])

    def between(self, begin: int, end: int) -> Spans:
        """Return the moments of [begin, end)."""
        first = int(np.searchsorted(self.ends, begin, side="right"))
        last = int(np.searchsorted(self.begins, end, side="left"))
        if first >= last:
            return Spans.none()
        begins, ends = self.begins[first:last].copy(), self.ends[first:last].copy()
        begins[0], ends[-1] = max(int(begins[0]), begin), min(int(ends[-1]), end)
        return Spans(begins, ends)

    def lasting(self, least: int) -> Spans:
        """Return what is left of each span after it has lasted so many microseconds."""
        begins = np.where(self.begins == NEVER, NEVER, self.begins + least)
        return Spans.of(begins, self.ends)

    def holds(self, moment: int) -> bool:
        """Tell whether a moment is in it."""
        place = int(np.searchsorted(self.begins, moment, side="right")) - 1
        return place >= 0 and moment < int(self.ends[place])
