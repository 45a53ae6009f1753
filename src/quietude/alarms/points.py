"""The values of one series that may still matter, in order, whatever order they came in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from quietude.alarms.level import Flags, Level, Numbers, held, states
from quietude.alarms.spans import Moments, Spans
from quietude.alarms.window import micros

GONE = np.inf
"""In place of a value that is none any more: corrected to nothing, or to what is out of range."""


@dataclass(slots=True)
class Points:
    """Values by moment; one that comes for a moment that is there replaces it."""

    at: Moments = field(default_factory=lambda: np.empty(0, np.int64))
    values: Numbers = field(default_factory=lambda: np.empty(0, np.float64))
    before: int | None = None
    """Moment of the last value that was forgotten, and"""
    was: tuple[bool, ...] = ()
    """whether each level of the rule held from it on."""
    is_loud: bool = False
    """Whether a level may hold somewhere in it: else more values that say nothing need no judging."""
    _waiting: list[tuple[Moments, Numbers]] = field(default_factory=list)

    def add(self, at: Moments, values: Numbers) -> None:
        """Add values, in order among themselves; `GONE` takes one away."""
        self._waiting.append((at, values))

    def settled(self) -> Points:
        """Return itself, with what was added put in its place."""
        if not self._waiting:
            return self
        at = np.concatenate([self.at, *(part for part, _ in self._waiting)])
        values = np.concatenate([self.values, *(part for _, part in self._waiting)])
        self._waiting = []
        if (at[1:] <= at[:-1]).any():
            order = np.argsort(at, kind="stable")
            at, values = at[order], values[order]
            last = np.append(at[1:] != at[:-1], True)  # the one that came last is the last of its moment
            at, values = at[last], values[last]
        there = values != GONE
        self.at, self.values = (at, values) if there.all() else (at[there], values[there])
        return self

    @property
    def is_empty(self) -> bool:
        """Tell whether no value is remembered but the last one that was forgotten."""
        return not self._waiting and not self.at.size

    def former(self, number: int) -> tuple[int, bool] | None:
        """Return the last value that was forgotten: its moment, and whether a level held from it on."""
        return None if self.before is None else (self.before, self.was[number])

    def states(self, level: Level, number: int) -> Flags:
        """Tell of each value whether a level holds from it on."""
        return states(level, self.at, self.values, micros(level.gap), self.former(number))

    def held(self, level: Level, number: int) -> Spans:
        """Return when a level holds."""
        found = held(self.at, self.states(level, number), micros(level.gap), self.former(number))
        return found if level.lasts is None else found.lasting(micros(level.lasts))

    def moments(self) -> Moments:
        """Return the moments of the values, the last one forgotten among them."""
        return self.at if self.before is None else np.concatenate([[self.before], self.at])

    def begins(self, levels: Sequence[Level]) -> bool:
        """Tell whether a level may hold somewhere."""
        return any(self.was) or any(bool(level.begins(self.values).any()) for level in levels)

    def forget(self, before: int, levels: Sequence[Level]) -> None:
        """Forget the values of before a moment; of the last one whether each level held from it on is kept."""
        place = int(np.searchsorted(self.at, before))
        if place:
            self.was = tuple(bool(self.states(level, number)[place - 1]) for number, level in enumerate(levels))
            self.before = int(self.at[place - 1])
            self.at, self.values = self.at[place:], self.values[place:]

    @property
    def last(self) -> int | None:
        """Return the last moment of a value, None where all are forgotten."""
        return int(self.settled().at[-1]) if not self.is_empty and self.settled().at.size else None
