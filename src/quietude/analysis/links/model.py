"""All that is needed to compare entries: how rare words are, and what likeness says. Kept as one file of JSON."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Self

import numpy as np
import orjson
import polars as pl

from quietude.analysis.links.candidates import SLACK_S, candidates
from quietude.analysis.links.learning import learn
from quietude.analysis.links.levels import FEATURES
from quietude.analysis.links.records import records_of
from quietude.analysis.links.weights import PairWeights, Weights, probabilities
from quietude.analysis.links.words import Words

SHIPPED = Path(__file__).with_name("model.json")
"""Learned from the simulator's entries of one seed: where a town has learned nothing of its own yet."""
MARGIN_LAT_DEG, MARGIN_LON_DEG = 0.006, 0.018  # a cell's neighbours end some 550 m away; up to 70° of latitude
MARGIN = timedelta(days=1, seconds=SLACK_S)
RARE = 20  # texts that must hold a word for it to be kept
INCREMENT_VARIANCE = 0.25  # of what decisions may add to a weight before they are many
NEWTON_ROUNDS = 12


@dataclass(frozen=True, slots=True)
class LinkModel:
    """How entries are compared."""

    words: Words
    weights: Weights

    @classmethod
    def learned(cls, entries: pl.DataFrame) -> Self:
        """Return what entries (`ENTRY_COLUMNS`) of several sources teach, without anybody's decisions."""
        words = Words.learned([text or "" for text in entries["text"]])
        return cls(words, learn(candidates(records_of(entries, words))))

    def compare(self, entries: pl.DataFrame, others: pl.DataFrame | None = None) -> pl.DataFrame:
        """Return candidate pairs (as `candidates`) with `probability`, the likeliest first.

        Args:
            entries: `ENTRY_COLUMNS`.
            others: what they are compared with; themselves unless told.
        """
        against = None if others is None else records_of(_around(entries, others), self.words)
        found = candidates(records_of(entries, self.words), against)
        chances = probabilities(found, self.weights.log_odds(found))
        return found.with_columns(probability=pl.Series(chances, dtype=pl.Float64)).sort("probability", descending=True)

    def to_json(self) -> bytes:
        """Return it as JSON; words met in few texts are left out."""
        limit = self.words.unknown - float(np.log(RARE))
        rarity = {word: round(each, 3) for word, each in sorted(self.words.rarity.items()) if each <= limit}
        plain = {"unknown": self.words.unknown, "rarity": rarity, "weights": orjson.loads(self.weights.to_json())}
        return orjson.dumps(plain)

    @classmethod
    def from_json(cls, text: bytes) -> Self:
        """Return what `to_json` wrote.

        Raises:
            ValueError: it is no JSON, or of other features than here.
        """
        plain = orjson.loads(text)
        return cls(Words(plain["rarity"], plain["unknown"]), Weights.from_json(orjson.dumps(plain["weights"])))


def _around(entries: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    """Return those of the others that can be a candidate at all: in the box and the days about the entries."""
    bounds = entries.select(
        west=pl.col("lon_deg").min(), east=pl.col("lon_deg").max(), south=pl.col("lat_deg").min(),
        north=pl.col("lat_deg").max(), first=pl.col("occurred_from").min(),
        last=pl.col("occurred_from").max() + timedelta(days=1),
    ).row(0, named=True)  # fmt: skip
    if bounds["west"] is None:
        return others.clear()
    return others.filter(
        pl.col("lon_deg").is_between(bounds["west"] - MARGIN_LON_DEG, bounds["east"] + MARGIN_LON_DEG)
        & pl.col("lat_deg").is_between(bounds["south"] - MARGIN_LAT_DEG, bounds["north"] + MARGIN_LAT_DEG)
        & pl.col("occurred_from").is_between(bounds["first"] - MARGIN, bounds["last"] + MARGIN)
    )


@cache
def shipped_model() -> LinkModel:
    """Return the model that comes with the software."""
    return LinkModel.from_json(SHIPPED.read_bytes())


def informed(model: LinkModel, decisions: pl.DataFrame) -> LinkModel:
    """Return the model after people's decisions: weights move as far as these disagree with what it foretold.

    Args:
        model: what proposed the pairs.
        decisions: a column for each feature with its level, `log_odds` that the model gave, `accepted` (boolean).

    Logistic regression of the decisions on the levels, beside the model's own odds, each increment normal about 0
    with `INCREMENT_VARIANCE` (Newton's method): few decisions move little, and none of them nothing.
    """
    if not decisions.height:
        return model
    columns = [
        (decisions[feature.name].to_numpy() == level).astype(float)
        for feature in FEATURES
        for level in range(feature.count)
    ]
    design = np.stack(columns, axis=1)
    offset, wanted = decisions["log_odds"].to_numpy(), decisions["accepted"].to_numpy().astype(float)
    added = np.zeros(design.shape[1])
    for _ in range(NEWTON_ROUNDS):
        chance = 1 / (1 + np.exp(-np.clip(offset + design @ added, -30, 30)))
        slope = design.T @ (wanted - chance) - added / INCREMENT_VARIANCE
        curve = (design * (chance * (1 - chance))[:, None]).T @ design + np.eye(len(added)) / INCREMENT_VARIANCE
        added += np.linalg.solve(curve, slope)
    starts = np.cumsum([0, *(feature.count for feature in FEATURES)])
    moves = {
        feature.name: added[start : start + feature.count] for feature, start in zip(FEATURES, starts[:-1], strict=True)
    }
    return LinkModel(model.words, Weights({name: _moved(each, moves) for name, each in model.weights.pairs.items()}))


def _moved(weights: PairWeights, moves: dict[str, np.ndarray[tuple[int], np.dtype[np.float64]]]) -> PairWeights:
    levels = {name: tuple((np.asarray(each) + moves[name]).tolist()) for name, each in weights.levels.items()}
    return replace(weights, levels=levels)
