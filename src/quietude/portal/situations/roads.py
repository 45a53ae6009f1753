"""Ways along the town's streets, where it has a file of them; straight lines where it has none."""

from __future__ import annotations

import logging
from functools import lru_cache
from pathlib import Path

from quietude.portal.town import current_town
from quietude.situations.api import (
    Means,
    Network,
    Reach,
    Segments,
    StreetFileError,
    Way,
    read_streets,
    street_file,
)

log = logging.getLogger(__name__)
REACHES = 16
"""Ways to so many situations and means are kept in mind: an array of numbers each, of the nodes of a town."""


def has_streets() -> bool:
    """Tell whether the town has a file of streets that can be read."""
    path = street_file(current_town().folder)
    return path is not None and _segments(path, path.stat().st_mtime_ns) is not None


def is_faulty() -> bool:
    """Tell whether the town has a file of streets that cannot be read: the log says why."""
    return street_file(current_town().folder) is not None and not has_streets()


def way_to(to: tuple[float, float], begin: tuple[float, float], means: str) -> Way | None:
    """Return the way along the streets from a point to another; None where the town has no streets."""
    path = street_file(current_town().folder)
    if path is None:
        return None
    reach = _reach(path, path.stat().st_mtime_ns, means, to)
    return reach.way(begin) if reach is not None else None


@lru_cache(maxsize=1)
def _segments(path: Path, _changed: int) -> Segments | None:
    try:
        return read_streets(path)
    except StreetFileError as error:
        log.error("the town's streets are not used: %s", error)
        return None


@lru_cache(maxsize=len(Means))
def _network(path: Path, changed: int, means: str) -> Network | None:
    segments = _segments(path, changed)
    return Network.of(segments, Means(means)) if segments is not None else None


@lru_cache(maxsize=REACHES)
def _reach(path: Path, changed: int, means: str, to: tuple[float, float]) -> Reach | None:
    network = _network(path, changed, means)
    return Reach.of(network, to) if network is not None else None
