"""The score's arithmetic is checked against closed forms and simulated truth."""

from __future__ import annotations

import json

import numpy as np
import polars as pl
import pytest

from quietude.ingest.locate.calibration import (
    FEATURES,
    Calibration,
    brier,
    features,
    fit_logistic,
    load_calibration,
    reliability,
)

FOUND = {
    "border_m": 400.0, "accuracy_m": 100.0, "similarity": 100.0, "kind_agrees": 1, "margin": None, "share": 1.0,
    "method": "number", "gap": 0.0, "class": "street", "seen": 20, "found_kind": "RUE", "hint": 0,
}  # fmt: skip


def found(**changes: object) -> pl.DataFrame:
    schema = {"margin": pl.Float64, "gap": pl.Float64, "share": pl.Float64}
    return pl.DataFrame([{**FOUND, **changes}], schema_overrides=schema)


def score(**changes: object) -> float:
    return float(load_calibration().score(found(**changes))[0])


@pytest.mark.parametrize(
    ("worse", "better"),
    [
        pytest.param({"border_m": 5.0}, {"border_m": 900.0}, id="far-from-the-border"),
        pytest.param({"similarity": 75.0}, {"similarity": 100.0}, id="the-same-words"),
        pytest.param({"kind_agrees": -1}, {"kind_agrees": 1}, id="the-same-kind"),
        pytest.param({"margin": 0.1}, {"margin": 40.0}, id="no-rival"),
        pytest.param({"share": 0.3}, {"share": 1.0}, id="all-of-the-street-in-the-zone"),
        pytest.param({"gap": 300.0}, {"gap": 0.0}, id="a-number-that-is-known"),
        pytest.param({"hint": -1}, {"hint": 0}, id="no-zone-that-says-otherwise"),
    ],
)
def test_better_evidence_scores_higher(worse: dict[str, object], better: dict[str, object]) -> None:
    assert 0 < score(**worse) < score(**better) < 1


def test_features_are_finite_and_named() -> None:
    extreme = pl.concat(
        [found(), found(border_m=1e6, accuracy_m=0.0, gap=1e9, share=None, seen=None, margin=1e9)],
        how="vertical_relaxed",
    )
    design = features(extreme)
    assert design.shape == (2, len(FEATURES))
    assert np.isfinite(design).all()
    assert features(found().head(0)).shape == (0, len(FEATURES))


def test_the_fit_recovers_the_law_that_made_the_data() -> None:
    draw = np.random.default_rng(1)
    design = np.column_stack([np.ones(20_000), draw.normal(size=(20_000, 2))])
    truth = np.array([0.5, 1.2, -0.8])
    outcome = (draw.random(20_000) < 1 / (1 + np.exp(-(design @ truth)))).astype(np.float64)
    weights = fit_logistic(design, outcome)
    assert weights == pytest.approx(truth, abs=0.08)
    chance = 1 / (1 + np.exp(-(design @ weights)))
    assert chance.mean() == pytest.approx(outcome.mean(), abs=1e-6)


def test_an_intercept_alone_is_the_log_odds() -> None:
    outcome = np.array([1.0] * 75 + [0.0] * 25)
    assert fit_logistic(np.ones((100, 1)), outcome) == pytest.approx([np.log(3)], abs=1e-6)


@pytest.mark.parametrize("outcome", [np.ones(5), np.zeros(5), np.zeros(0)])
def test_one_outcome_only_cannot_be_fitted(outcome: np.ndarray) -> None:
    with pytest.raises(ValueError, match="nothing can be fitted"):
        fit_logistic(np.ones((len(outcome), 1)), outcome)


def test_brier_is_that_of_the_definition() -> None:
    assert brier(np.array([1.0, 0.0, 0.5]), np.array([1.0, 1.0, 0.0])) == pytest.approx((0 + 1 + 0.25) / 3)
    assert np.isnan(brier(np.zeros(0), np.zeros(0)))


def test_reliability_counts_every_record_once() -> None:
    table = reliability(np.array([0.05, 0.08, 0.95, 1.0]), np.array([0.0, 1.0, 1.0, 1.0]))
    assert table.rows() == [(2, pytest.approx(0.065), 0.5), (2, pytest.approx(0.975), 1.0)]


def test_the_calibration_that_comes_with_the_software_says_where_it_comes_from() -> None:
    own = load_calibration()
    assert set(own.coefficients) == set(FEATURES)
    assert {"source", "records", "parts", "fitted_on"} <= set(own.provenance)
    assert Calibration(**json.loads(own.to_json())) == own
