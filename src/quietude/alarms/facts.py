"""The facts of one scope of one group: moments and uids, in order; a quarter of what pairs of them would take."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from heapq import merge

import numpy as np

from quietude.alarms.spans import Moments

Fact = tuple[int, str]
"""Moment in microseconds, uid."""


class Facts:
    """Facts in the order of their moments, then of their uids; each once."""

    __slots__ = ("_at", "_uids")

    def __init__(self, facts: Iterable[Fact] = ()) -> None:
        pairs = sorted(set(facts))
        self._at = array("q", [at for at, _ in pairs])
        self._uids = [uid for _, uid in pairs]

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._uids)

    def __iter__(self) -> Iterator[Fact]:
        """Yield them in order."""
        return zip(self._at, self._uids, strict=True)

    @property
    def last(self) -> int:
        """Return the latest moment.

        Raises:
            IndexError: there is no fact.
        """
        return self._at[-1]

    @property
    def ends(self) -> list[Fact]:
        """Return the first and the last fact."""
        return [(self._at[n], self._uids[n]) for n in sorted({0, len(self) - 1})] if self._uids else []

    def take(self, at: int, uid: str) -> None:
        """Add a fact, once."""
        if not self._at or at > self._at[-1]:
            self._at.append(at)
            self._uids.append(uid)
            return
        begin = bisect_left(self._at, at)
        place = bisect_left(self._uids, uid, begin, bisect_right(self._at, at, begin))
        if place == len(self._uids) or self._uids[place] != uid or self._at[place] != at:
            self._at.insert(place, at)
            self._uids.insert(place, uid)

    def moments(self, since: int, before: int = 0) -> Moments:
        """Return the moments from one on, and of so many facts before it."""
        begin = max(0, bisect_left(self._at, since) - before)
        return np.array(self._at[begin:], np.int64)

    def between(self, since: int, until: int) -> list[Fact]:
        """Return the facts of [since, until)."""
        begin = bisect_left(self._at, since)
        end = bisect_left(self._at, until, begin)
        return list(zip(self._at[begin:end], self._uids[begin:end], strict=True))

    def named(self, since: int, until: int, most: int) -> tuple[int, list[str]]:
        """Return how many facts are in [since, until), and the uids of the first so many."""
        begin = bisect_left(self._at, since)
        end = bisect_left(self._at, until, begin)
        return end - begin, self._uids[begin : min(end, begin + most)]

    def forget(self, until: int, but: int = 0) -> None:
        """Forget the facts before a moment, all but so many of the last of them."""
        end = max(0, bisect_left(self._at, until) - but)
        if end:
            del self._at[:end]
            del self._uids[:end]

    def drop(self, uid: str, since: int) -> None:
        """Forget a fact, where it is not before a moment."""
        for place in reversed([n for n, name in enumerate(self._uids) if name == uid and self._at[n] >= since]):
            del self._at[place]
            del self._uids[place]


def merged(scopes: list[Facts], since: int, until: int) -> list[Fact]:
    """Return the facts of [since, until) of several scopes in order, each once."""
    if len(scopes) == 1:
        return scopes[0].between(since, until)
    return list(dict.fromkeys(merge(*(facts.between(since, until) for facts in scopes))))


def counted(scopes: list[Facts], since: int, until: int, most: int) -> tuple[int, list[str]]:
    """Return how many facts several scopes have in [since, until), and the uids of the first so many."""
    if len(scopes) == 1:
        return scopes[0].named(since, until, most)
    found = merged(scopes, since, until)
    return len(found), [uid for _, uid in found[:most]]
