"""From likely pairs to facts: groups of entries with at most one of each source."""

from __future__ import annotations

from collections.abc import Iterable

Member = tuple[str, str]
"""Source and uid of an entry."""


def clusters(pairs: Iterable[tuple[Member, Member, float]], *, at_least: float) -> list[frozenset[Member]]:
    """Return groups of entries that tell of the same fact, one of each source at most; single entries are left out.

    The likeliest pairs are joined first; one that would bring a source in twice is not.

    Args:
        pairs: two entries and the probability that one fact is behind both.
        at_least: pairs below this probability are not joined.
    """
    group_of: dict[Member, set[Member]] = {}
    for left, right, chance in sorted(pairs, key=lambda pair: (-pair[2], pair[0], pair[1])):
        if chance < at_least:
            break
        first, second = group_of.get(left, {left}), group_of.get(right, {right})
        if first is second or {source for source, _ in first} & {source for source, _ in second}:
            continue
        joined = first | second
        group_of.update(dict.fromkeys(joined, joined))
    return sorted({frozenset(group) for group in group_of.values()}, key=min)
