"""Streets and places of the town by what is typed of their names, for suggestions; read once, when first wanted."""

from __future__ import annotations

import logging
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import polars as pl

from quietude.model.fold import fold
from quietude.portal.explore.places import NAMED_KINDS
from quietude.portal.town import configured_town
from quietude.sources.api import GazetteerError, read_gazetteer

SHORTEST = 3  # letters; two begin hundreds of names
LONGEST_WORDS = 6  # of a name as typed: "avenue du marechal de lattre de"
_AFTER = "\U0010ffff"
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, order=True)
class Street:
    """One name, found by its beginning or by that of any of its words."""

    key: str
    """Folded, from the word on that it is found by."""
    name: str
    lon_deg: float
    lat_deg: float


@cache
def streets() -> tuple[Street, ...]:
    """Return the names of the town's gazetteer in the order of their keys; none where it declares or has none."""
    town = configured_town()
    if town.gazetteer is None:
        return ()
    try:
        places = read_gazetteer(town.gazetteer, town.folder, town.data_dir)
    except (GazetteerError, OSError) as error:
        log.warning("no street is suggested: %s", error)
        return ()
    named = (
        places.filter(pl.col("kind").is_in(NAMED_KINDS))
        .filter(pl.col("lon").is_not_null() & pl.col("lat").is_not_null() & pl.col("name").is_not_null())
        .group_by("name", maintain_order=True)
        .agg(pl.col("lon").median(), pl.col("lat").median())
    )
    return tuple(sorted(_keyed(named.iter_rows())))


def streets_begun(known: tuple[Street, ...], typed: str, limit: int) -> Iterator[tuple[int, Street]]:
    """Yield streets that the end of what is typed begins, with the number of its words that are meant.

    The longest end that begins a name counts: "tapage rue de ro" is about "rue de ro", not about "ro".
    """
    words = typed.split()
    for count in range(min(LONGEST_WORDS, len(words)), 0, -1):
        start = fold(" ".join(words[-count:])).strip()
        if len(start) < SHORTEST:
            continue
        low = bisect_left(known, start, key=lambda street: street.key)
        high = bisect_left(known, start + _AFTER, key=lambda street: street.key)
        shown: dict[str, Street] = {}
        for street in sorted(known[low : min(high, low + 400)], key=lambda each: (len(each.name), each.name)):
            shown.setdefault(street.name, street)
        if shown:
            yield from ((count, street) for street in list(shown.values())[:limit])
            return


def _keyed(rows: Iterator[tuple[str, float, float]]) -> Iterator[Street]:
    for name, lon, lat in rows:
        words = fold(name).replace("'", " ").split()
        for at in range(len(words)):
            yield Street(" ".join(words[at:]), name, lon, lat)
