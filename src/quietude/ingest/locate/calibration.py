"""The score of a location: the probability that it is in the right zone, by a logistic law whose numbers are data."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import polars as pl

from quietude.ingest.locate.metric import Floats

RIDGE = 1.0  # pulls coefficients of rare features to zero: one pseudo-observation each
NEWTON_STEPS = 30
NEWTON_TOLERANCE = 1e-9
FEATURES = (
    "one", "log_border", "log_accuracy", "dissimilar", "kind_same", "kind_other", "ambiguous", "unshared",
    "is_number", "gap", "is_crossing", "is_road", "is_place", "few_seen", "hint_agrees", "hint_differs",
    "border_squared", "border_few", "border_unshared", "unshared_number",
)  # fmt: skip
"""What the score is made of; each column of `features` is explained there."""


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """Numbers fitted on located records, with where they come from."""

    provenance: Mapping[str, Any] = field(default_factory=dict)
    """What was fitted on what, when, with which result."""
    coefficients: Mapping[str, float]
    """Feature to weight, in log-odds."""
    spread_by_kind: Mapping[str, float]
    """Kind of street to the metres within which 68 % of its facts lie of its middle, where only that is known."""
    default_spread_m: float
    accuracy_factor: Mapping[str, float]
    """Method to the factor that makes `accuracy_m` hold 68 % of the true places."""

    def score(self, found: pl.DataFrame) -> Floats:
        """Return the probability, shape (n,), that each row of `found` (columns of `features`) is in its true zone."""
        weights = np.array([self.coefficients.get(name, 0.0) for name in FEATURES])
        return np.asarray(1.0 / (1.0 + np.exp(-(features(found) @ weights))), dtype=np.float64)

    def to_json(self) -> bytes:
        """Return the calibration as a JSON document."""
        return orjson.dumps(asdict(self), option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)


def load_calibration(path: Path | None = None) -> Calibration:
    """Return the calibration of one file, or the one that comes with the software."""
    resource = files("quietude.ingest.locate").joinpath("calibration.json")
    return Calibration(**orjson.loads(resource.read_bytes() if path is None else path.read_bytes()))


def features(found: pl.DataFrame) -> Floats:
    """Return the features, shape (n, len(FEATURES)).

    `found` has `border_m` (to the border of the zone found), `accuracy_m`, `similarity` 0..100, `kind_agrees` -1..1,
    `margin` (points ahead of the next candidate elsewhere; null without one), `share` 0..1 (of the street in this
    zone), `method`, `gap` (null without), `class`, `seen` (points of the street), `found_kind`, and `hint` -1..1 (a
    zone stated elsewhere differs, is not stated, agrees).
    """
    method, gap = pl.col("method"), pl.col("gap").fill_null(0.0)
    table = found.select(
        one=pl.col("similarity") * 0.0 + 1.0,
        log_border=(pl.col("border_m").clip(1.0, 3000.0) / pl.col("accuracy_m").clip(10.0, 5000.0))
        .log()
        .clip(-4.0, 4.0),
        log_accuracy=(pl.col("accuracy_m").clip(10.0, 5000.0) / 200.0).log(),
        dissimilar=(100.0 - pl.col("similarity")) / 10.0,
        kind_same=(pl.col("kind_agrees") == 1).cast(pl.Float64),
        kind_other=(pl.col("kind_agrees") == -1).cast(pl.Float64),
        ambiguous=(-pl.col("margin").fill_null(100.0).clip(0.0, 100.0) / 5.0).exp(),
        unshared=1.0 - pl.col("share").fill_null(0.5),
        is_number=(method == "number").cast(pl.Float64),
        gap=pl.when(method == "number").then((1.0 + gap.clip(0.0, 2000.0)).log()).otherwise(0.0),
        is_crossing=(method == "crossing").cast(pl.Float64),
        is_road=(pl.col("found_kind") == "ROAD").fill_null(value=False).cast(pl.Float64),
        is_place=(pl.col("class") == "place").cast(pl.Float64),
        few_seen=1.0 / pl.col("seen").fill_null(1).clip(1, 10_000).cast(pl.Float64),
        hint_agrees=(pl.col("hint") == 1).cast(pl.Float64),
        hint_differs=(pl.col("hint") == -1).cast(pl.Float64),
    )
    table = table.with_columns(
        border_squared=pl.col("log_border") ** 2,
        border_few=pl.col("log_border") * pl.col("few_seen"),
        border_unshared=pl.col("log_border") * pl.col("unshared"),
        unshared_number=pl.col("unshared") * pl.col("is_number"),
    )
    return table.select(FEATURES).to_numpy().reshape(-1, len(FEATURES))


def fit_logistic(design: Floats, is_right: Floats) -> Floats:
    """Return the weights, shape (k,), of the ridge logistic law, by Newton's method.

    `design` has shape (n, k), its first column ones (not shrunk); `is_right` holds 0 and 1.

    Raises:
        ValueError: there is no row, or all outcomes are the same.
    """
    if len(design) == 0 or is_right.min() == is_right.max():
        raise ValueError(f"{len(design)} records with one outcome only: nothing can be fitted")
    weights = np.zeros(design.shape[1])
    shrink = np.full(design.shape[1], RIDGE)
    shrink[0] = 0.0
    for _ in range(NEWTON_STEPS):
        chance = 1.0 / (1.0 + np.exp(-(design @ weights)))
        slope = design.T @ (is_right - chance) - shrink * weights
        curve = (design * (chance * (1 - chance))[:, None]).T @ design + np.diag(shrink)
        step = np.linalg.solve(curve, slope)
        weights = weights + step
        if np.abs(step).max() < NEWTON_TOLERANCE:
            break
    return weights


def brier(score: Floats, is_right: Floats) -> float:
    """Return the mean squared distance of scores from outcomes (0 is perfect, 0.25 a coin's); NaN without any."""
    if len(score) == 0:
        return math.nan
    return float(np.mean((score - is_right) ** 2))


def reliability(score: Floats, is_right: Floats, *, bins: int = 10) -> pl.DataFrame:
    """Return for each tenth of the scores `records`, mean `promised` and observed `kept` shares."""
    table = pl.DataFrame({"score": score, "right": is_right}).with_columns(
        bin=(pl.col("score") * bins).floor().clip(0, bins - 1).cast(pl.Int32)
    )
    return (
        table.group_by("bin")
        .agg(records=pl.len(), promised=pl.col("score").mean(), kept=pl.col("right").mean())
        .sort("bin")
        .drop("bin")
    )
