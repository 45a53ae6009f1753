"""In what order facts are found: by where the words stand, then by recency and nearness, as far as a reader knows.

A score is worth of words x recency x nearness. Equal words are equal in every year, so the newest of them comes first.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import tantivy

from quietude.search.conditions import Compiler
from quietude.search.fields import HALF_LIFE_DAYS, RECENT, RECENT_SHARE, microseconds, recent_weight

BEST = 1_000  # hits of a year that are ranked, the newest of equal words: all pages that can be leafed through
NEAR_M = 2_000.0  # at this distance nearness has lost half of its weight, which doubles a score at most
DIGITS = 4  # of the worth of words: what is beyond is Tantivy's rounding
METRES_PER_DEGREE = 111_195.0  # of latitude, on a sphere of the earth's mean radius
_DAY_US = 86_400_000_000
_Must = tantivy.Occur.Must


@dataclass(frozen=True, slots=True)
class Order:
    """What hits are put in order by, besides words."""

    now: datetime
    """What recency is measured from."""
    around: tuple[float, float] | None = None
    """(lon_deg, lat_deg) that nearness is measured from."""
    has_words: bool = True


@dataclass(frozen=True, slots=True)
class Ranked:
    """One hit before it is read."""

    score: float
    occurred_us: int
    """0 where the reader may not know when it was."""
    searcher: tantivy.Searcher
    address: Any

    @property
    def id(self) -> str:
        """Return the fact's name."""
        return str(self.searcher.doc(self.address)["id"][0])


def rank(
    searchers: Sequence[tantivy.Searcher], query: tantivy.Query, made: Compiler, order: Order, wanted: int
) -> tuple[int, list[Ranked]]:
    """Return the number of hits, and the first `wanted` of them, the best first."""
    knows_time = "occurred_from" not in made.masked
    around = order.around if not {"lon_deg", "lat_deg"} & made.masked else None
    count = 0
    ranked: list[Ranked] = []
    for searcher in searchers:
        found = _best(searcher, query, order, max(BEST, wanted) if order.has_words or around else wanted, knows_time)
        hits = list(found.hits)
        count += found.count
        if around is not None:
            there = tantivy.Query.boolean_query([(_Must, query), (_Must, _box(made.schema, around))])
            hits += _best(searcher, there, order, max(BEST, wanted), knows_time).hits
        ranked += _weighed(searcher, hits, order, around, knows_time=knows_time)
    ranked.sort(key=lambda each: (-each.score, -each.occurred_us))
    return count, ranked[:wanted]


def metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return the distance of two points (lon_deg, lat_deg) of a town, on a plane: good to a thousandth."""
    width = math.cos(math.radians((one[1] + other[1]) / 2))
    return math.hypot((one[0] - other[0]) * width, one[1] - other[1]) * METRES_PER_DEGREE


def _best(searcher: tantivy.Searcher, query: tantivy.Query, order: Order, limit: int, knows_time: bool) -> Any:
    if not knows_time:
        return searcher.search(query, limit=limit)
    if order.has_words:
        return searcher.search(query, limit=limit, weight_by_field=RECENT)
    return searcher.search(query, limit=limit, order_by_field="occurred_us")


def _weighed(
    searcher: tantivy.Searcher,
    hits: Sequence[tuple[Any, Any]],
    order: Order,
    around: tuple[float, float] | None,
    *,
    knows_time: bool,
) -> Iterator[Ranked]:
    seen = {(address.segment_ord, address.doc): (score, address) for score, address in hits}
    if not seen:
        return
    addresses = [address for _, address in seen.values()]
    moments = [int(each or 0) for each in searcher.fast_field_values("occurred_us", addresses)] if knows_time else []
    weights: Sequence[Any] = searcher.fast_field_values(RECENT, addresses) if knows_time else []
    lons: Sequence[Any] = searcher.fast_field_values("lon_deg", addresses) if around is not None else []
    lats: Sequence[Any] = searcher.fast_field_values("lat_deg", addresses) if around is not None else []
    now_us = microseconds(order.now)
    for at, (told, address) in enumerate(seen.values()):
        score = 1.0
        if order.has_words:
            score = round(told / (recent_weight(float(weights[at] or 0.0)) if knows_time else 1.0), DIGITS)
        if knows_time:
            age_days = max(now_us - moments[at], 0) / _DAY_US
            score *= 1 - RECENT_SHARE + RECENT_SHARE * 0.5 ** (age_days / HALF_LIFE_DAYS)
        if around is not None and lons[at] is not None and lats[at] is not None:
            score *= 1 + 1 / (1 + metres(around, (float(lons[at]), float(lats[at]))) / NEAR_M)
        yield Ranked(score, moments[at] if knows_time else 0, searcher, address)


def _box(schema: tantivy.Schema, around: tuple[float, float]) -> tantivy.Query:
    """Return the condition that a fact is so near that nearness may bring it before others with the same words."""
    high = NEAR_M / METRES_PER_DEGREE
    wide = high / max(math.cos(math.radians(around[1])), 0.01)
    sides = (("lon_deg", around[0], wide), ("lat_deg", around[1], high))
    parts = [
        tantivy.Query.range_query(schema, name, tantivy.FieldType.Float, middle - half, middle + half)
        for name, middle, half in sides
    ]
    return tantivy.Query.const_score_query(tantivy.Query.boolean_query([(_Must, part) for part in parts]), 0.0)
