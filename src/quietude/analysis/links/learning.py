"""Weights learned from entries alone: expectation and maximisation over the levels of candidate pairs.

Nobody has to say which entries tell of the same fact. Dempster, Laird and Rubin (1977); Winkler (1988) for linkage.
Of Splink, which does the same, see docs/decisions/2026-links.md.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from quietude.analysis.links.levels import FEATURES, Feature
from quietude.analysis.links.weights import (
    POOLED,
    Floats,
    PairWeights,
    Weights,
    ordered_categories,
    pair_names,
    probabilities,
)

ROUNDS = 25
FIRST_PRIOR = 0.05
"""Share of candidate pairs that is taken for the same fact at the outset."""
SHRINKAGE = 40.0
"""Pairs of one fact that the pooled weights count for beside those of two sources."""
CATEGORY_SHRINKAGE = 3.0
CATEGORY_LEAST = 0.3  # below, two categories say what their level says
CATEGORY_ROUNDS = 10  # the last ones: which categories go together is learned once the rest stands


Levels = npt.NDArray[np.int64]


def learn(found: pl.DataFrame, *, rounds: int = ROUNDS) -> Weights:
    """Return weights learned from candidate pairs (as `candidates` makes them)."""
    names = pair_names(found)
    groups = {str(name): (names == name).to_numpy().nonzero()[0] for name in names.unique().sort()}
    levels = {feature.name: found[feature.name].to_numpy().astype(np.int64) for feature in FEATURES}
    chances = _outset(levels, found.height)
    left, right = ordered_categories(found)
    together = pl.Series([f"{a}|{b}" for a, b in zip(left, right, strict=True)], dtype=pl.String)
    weights = Weights({POOLED: _pooled(levels, chances)})
    for turn in range(rounds):
        pooled = _pooled(levels, chances)
        pairs = {POOLED: pooled}
        for name, rows in groups.items():
            with_categories = turn >= rounds - CATEGORY_ROUNDS
            pairs[name] = _between(levels, chances, rows, together if with_categories else None)
        weights = Weights(pairs)
        chances = probabilities(found, weights.log_odds(found))
    return weights


def _outset(levels: dict[str, Levels], number: int) -> Floats:
    """Return first chances: the share of all that are most alike in several ways at once."""
    alike = np.zeros(number)
    for feature in FEATURES:
        usual = np.bincount(levels[feature.name], minlength=feature.count) / max(number, 1)
        level = levels[feature.name]
        if feature.name in ("distance", "text"):
            rank = np.cumsum(usual)[level] - usual[level] / 2
            alike += -np.log(np.maximum(rank, 1e-6))
        elif feature.name == "time":
            alike += np.choose(level, [1.0, 0.0, 4.0, 3.5, 3.0, 2.0, 1.0, 0.5, 0.0, 0.0])
        elif feature.name == "category":
            alike += np.choose(level, [0.5, 3.0, 2.5, 1.0, 0.0])
    if not number:
        return alike
    cut = np.quantile(alike, 1 - FIRST_PRIOR)
    chances: Floats = 1 / (1 + np.exp(-2 * (alike - cut)))
    return chances


def _shares(level: Levels, chances: Floats, feature: Feature, base: Floats, strength: float) -> Floats:
    counted = np.bincount(level, weights=chances, minlength=feature.count)
    shares: Floats = (counted + strength * base) / (counted.sum() + strength)
    return shares


def _pooled(levels: dict[str, Levels], chances: Floats) -> PairWeights:
    made = {}
    for feature in FEATURES:
        flat = np.full(feature.count, 1 / feature.count)
        same = _shares(levels[feature.name], chances, feature, flat, 1.0)
        other = _shares(levels[feature.name], 1 - chances, feature, flat, 1.0)
        made[feature.name] = tuple(np.log(same / other).round(4).tolist())
    return PairWeights(_prior(chances), made, {})


def _between(
    levels: dict[str, Levels], chances: Floats, rows: npt.NDArray[np.int64], together: pl.Series | None
) -> PairWeights:
    mine = chances[rows]
    made = {}
    for feature in FEATURES:
        flat = np.full(feature.count, 1 / feature.count)
        level = levels[feature.name]
        same = _shares(level, chances, feature, flat, 1.0)
        other = _shares(level, 1 - chances, feature, flat, 1.0)
        same = _shares(level[rows], mine, feature, same, SHRINKAGE)
        other = _shares(level[rows], 1 - mine, feature, other, SHRINKAGE)
        made[feature.name] = tuple(np.log(same / other).round(4).tolist())
    categories = {} if together is None else _categories(together.gather(rows), mine, levels["category"][rows], made)
    return PairWeights(_prior(mine), made, categories)


def _categories(
    together: pl.Series, chances: Floats, level: Levels, made: dict[str, tuple[float, ...]]
) -> dict[str, float]:
    """Return how much more, or less, two categories say than the level that they are of."""
    usual = np.exp(np.asarray(made["category"]))[level]
    table = (
        pl.DataFrame({"pair": together, "same": chances, "other": 1 - chances, "usual": usual})
        .group_by("pair")
        .agg(pl.col("same").sum(), pl.col("other").sum(), pl.col("usual").first())
    )
    odds = chances.sum() / max((1 - chances).sum(), 1e-9)
    # Pseudo-pairs that say what the level says already: a combination met once or twice tells nothing.
    same = table["same"] + CATEGORY_SHRINKAGE * table["usual"] * odds / (1 + table["usual"] * odds)
    other = table["other"] + CATEGORY_SHRINKAGE / (1 + table["usual"] * odds)
    extra = (same / other / odds / table["usual"]).log()
    return {
        pair: round(float(each), 2)
        for pair, each in zip(table["pair"], extra, strict=True)
        if abs(each) >= CATEGORY_LEAST
    }


def _prior(chances: Floats) -> float:
    share = (chances.sum() + 1) / (len(chances) + 20)
    return float(np.log(share / (1 - share)))
