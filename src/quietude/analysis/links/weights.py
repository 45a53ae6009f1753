"""What each level of likeness says: the logarithm of how much likelier it is for two entries of the same fact.

A weight is ln(m / u): m is the share of pairs of the same fact at that level, u that of the others (Fellegi and
Sunter 1969). They are kept for each pair of sources, since each service has its own clock, places and words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
import orjson
import polars as pl

from quietude.analysis.links.levels import FEATURES

POOLED = "*"
"""Name of the weights for sources that were never met together."""
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PairWeights:
    """Weights between two sources."""

    prior: float
    """Natural logarithm of the odds that a candidate pair tells of one fact, before anything is compared."""
    levels: Mapping[str, tuple[float, ...]]
    """Feature to the weight of each level."""
    categories: Mapping[str, float]
    """Which category of the one goes with which of the other ("a|b"): a weight beside that of the feature `category`.

    What the police file as a fight, transport may file as disorder on board.
    """


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights between all sources."""

    pairs: Mapping[str, PairWeights]
    """By `pair_name`; `POOLED` is always there."""

    def of(self, name: str) -> PairWeights:
        """Return the weights of a pair of sources, else the pooled ones."""
        return self.pairs.get(name, self.pairs[POOLED])

    def log_odds(self, found: pl.DataFrame) -> Floats:
        """Return for each candidate pair the logarithm of the odds that one fact is behind both, competitors aside."""
        scores = np.zeros(found.height)
        names = pair_names(found)
        left, right = ordered_categories(found)
        levels = {feature.name: found[feature.name].to_numpy() for feature in FEATURES}
        for name in names.unique():
            rows = (names == name).to_numpy().nonzero()[0]
            weights = self.of(name)
            scores[rows] += weights.prior
            for feature, each in weights.levels.items():
                scores[rows] += np.asarray(each)[levels[feature][rows]]
            table = weights.categories
            if table:
                scores[rows] += [table.get(f"{left[row]}|{right[row]}", 0.0) for row in rows.tolist()]
        return scores

    def to_json(self) -> bytes:
        """Return them as JSON."""
        plain = {
            name: {"prior": each.prior, "levels": dict(each.levels), "categories": dict(each.categories)}
            for name, each in self.pairs.items()
        }
        return orjson.dumps(plain, option=orjson.OPT_INDENT_2)

    @classmethod
    def from_json(cls, text: bytes) -> Self:
        """Return what `to_json` wrote.

        Raises:
            ValueError: it is no JSON, or a feature is missing or has another number of levels than here.
        """
        pairs = {
            name: PairWeights(
                each["prior"], {key: tuple(value) for key, value in each["levels"].items()}, each["categories"]
            )
            for name, each in orjson.loads(text).items()
        }
        for name, weights in pairs.items():
            for feature in FEATURES:
                if len(weights.levels.get(feature.name, ())) != feature.count:
                    raise ValueError(
                        f"weights of {name}: {feature.name} needs {feature.count} levels; learn them again"
                    )
        if POOLED not in pairs:
            raise ValueError("weights without pooled ones; learn them again")
        return cls(pairs)


def pair_name(source: str, other: str) -> str:
    """Return the name of a pair of sources, whichever comes first."""
    return "|".join(sorted((source, other)))


def pair_names(found: pl.DataFrame) -> pl.Series:
    """Return the name of the pair of sources of each candidate pair."""
    first = pl.min_horizontal("left_source", "right_source")
    second = pl.max_horizontal("left_source", "right_source")
    return found.select(pl.concat_str(first, pl.lit("|"), second)).to_series()


def ordered_categories(found: pl.DataFrame) -> tuple[list[str], list[str]]:
    """Return the categories of each pair, that of the source whose name comes first first."""
    swapped = pl.col("left_source") > pl.col("right_source")
    both = found.select(
        first=pl.when(swapped).then("right_category").otherwise("left_category"),
        second=pl.when(swapped).then("left_category").otherwise("right_category"),
    )
    return both["first"].to_list(), both["second"].to_list()


def probabilities(found: pl.DataFrame, log_odds: Floats) -> Floats:
    """Return how likely one fact is behind both, when at most one entry of a source tells of it.

    Each pair competes with the others of its two entries in the same two sources; so does "none of them".
    """
    if not found.height:
        return np.zeros(0)
    odds = np.exp(np.clip(log_odds, -60, 60))
    of_left = _sums(found.select(pl.struct("left", "right_source").rank("dense")).to_series(), odds)
    of_right = _sums(found.select(pl.struct("right", "left_source").rank("dense")).to_series(), odds)
    made: Floats = odds / (1 + of_left + of_right - odds)
    return made


def _sums(groups: pl.Series, odds: Floats) -> Floats:
    codes = groups.to_numpy().astype(np.int64)
    summed: Floats = np.bincount(codes, weights=odds)[codes]
    return summed
