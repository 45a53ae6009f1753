"""Facts near each other: where a condition holds around a fact, and which of these places are one alarm.

Around each fact lies a disc of the rule's radius. The condition is asked of the facts in the disc, while its centre is
recent itself; discs in which it holds at the same time, of centres within the radius of each other, are one alarm. So
what is one alarm is a function of the facts, in whatever order they came.

Source: the core points and density-connected components of DBSCAN (Ester, Kriegel, Sander, Xu, KDD 1996), with time as
ST-DBSCAN has it (Birant and Kut, Data & Knowledge Engineering 60 (2007) 208-221).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from quietude.alarms.conditions import least_facts, reach, spans
from quietude.alarms.distance import Degrees, distances_m
from quietude.alarms.rule import Condition
from quietude.alarms.spans import Moments, Spans


@dataclass(frozen=True, slots=True)
class Scattered:
    """Facts in the order of their moments, with where they happened and which scopes hold them."""

    at: Moments
    points: Degrees
    held_by: npt.NDArray[np.bool_]
    """By fact and scope of the condition, shape (n, scopes)."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One span in which the condition holds around one fact; facts are given by their place in `Scattered`."""

    centre: int
    began: int
    ended: int
    facts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Cluster:
    """Pieces that are one alarm."""

    began: int
    ended: int
    core: tuple[int, ...]
    """The facts around which the condition holds, in order."""
    facts: tuple[int, ...]
    """All facts that it rests on, in order."""


def pieces(condition: Condition, facts: Scattered, radius_m: float, within: Spans) -> list[Piece]:
    """Return when a condition holds around each fact, by beginning; `within` are the moments that count."""
    found = [
        piece
        for centre in range(facts.at.size)
        for piece in _around(condition, facts, centre, radius_m=radius_m, within=within)
    ]
    return sorted(found, key=lambda piece: (piece.began, piece.centre))


def clusters(found: Sequence[Piece], facts: Scattered, radius_m: float, now: int) -> list[Cluster]:
    """Return what pieces are one alarm by what has happened up to a moment, by beginning."""
    begun = [_until(piece, facts, now) for piece in found if piece.began <= now]
    parts = _connected(begun, facts.points, radius_m)
    return sorted((_cluster(part) for part in parts), key=lambda each: (each.began, each.core))


def _until(piece: Piece, facts: Scattered, now: int) -> Piece:
    came = tuple(fact for fact in piece.facts if facts.at[fact] <= now)
    return replace(piece, ended=min(piece.ended, now + 1), facts=came)


def _around(condition: Condition, facts: Scattered, centre: int, *, radius_m: float, within: Spans) -> list[Piece]:
    """Return the pieces of one centre."""
    at, before = int(facts.at[centre]), reach(condition)
    first, last = np.searchsorted(facts.at, [at - before, at + before])
    close = first + np.flatnonzero(distances_m(facts.points[centre], facts.points[first:last]) <= radius_m)
    if close.size < least_facts(condition):
        return []
    moments = [facts.at[close[facts.held_by[close, leaf]]] for leaf in range(facts.held_by.shape[1])]
    held = spans(condition, moments) & Spans.pairs([(at, at + before)]) & within
    found = []
    for began, ended in zip(held.begins.tolist(), held.ends.tolist(), strict=True):
        rests = close[(facts.at[close] >= began - before) & (facts.at[close] < ended)]
        found.append(Piece(centre, began, ended, tuple(rests.tolist())))
    return found


def _connected(found: Sequence[Piece], points: Degrees, radius_m: float) -> list[list[Piece]]:
    """Return pieces by alarm: those that share or touch a moment, of centres near each other."""
    joined = list(range(len(found)))

    def root(number: int) -> int:
        while joined[number] != number:
            joined[number] = joined[joined[number]]
            number = joined[number]
        return number

    going: list[int] = []
    for number, piece in enumerate(found):
        going = [other for other in going if found[other].ended >= piece.began]
        if going:
            there = points[[found[other].centre for other in going]]
            for other in np.array(going)[distances_m(points[piece.centre], there) <= radius_m].tolist():
                joined[root(number)] = root(other)
        going.append(number)
    parts: dict[int, list[Piece]] = {}
    for number, piece in enumerate(found):
        parts.setdefault(root(number), []).append(piece)
    return list(parts.values())


def _cluster(found: Sequence[Piece]) -> Cluster:
    return Cluster(
        min(piece.began for piece in found),
        max(piece.ended for piece in found),
        tuple(sorted({piece.centre for piece in found})),
        tuple(sorted({fact for piece in found for fact in piece.facts})),
    )
