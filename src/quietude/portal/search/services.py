"""The facet of services: facts counted by who answers for their source, as the town's manifests and logbooks say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from quietude.model.filter.question import Choice, Filter
from quietude.portal.town import current_town


def by_service(counts: Mapping[str, int]) -> list[tuple[str, Filter, int]]:
    """Return services with the condition on their sources and their number of facts, the fullest first.

    Args:
        counts: facts by source. Sources that the town no longer declares have nobody who answers, and are left out.
    """
    declared = current_town().sources
    facts: Counter[str] = Counter()
    sources: dict[str, list[str]] = {}
    for name, count in counts.items():
        if name in declared:
            owner = declared[name].owner
            facts[owner] += count
            sources.setdefault(owner, []).append(name)
    return [(owner, _of(tuple(sorted(sources[owner]))), count) for owner, count in facts.most_common()]


def _of(sources: tuple[str, ...]) -> Filter:
    return replace(Filter(), sources=Choice(any_of=sources))
