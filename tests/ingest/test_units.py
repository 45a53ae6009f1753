"""Units against published conversions."""

from __future__ import annotations

import pytest

from quietude.ingest.units import conversion


@pytest.mark.parametrize(
    ("said", "unit", "value", "becomes"),
    [
        pytest.param("FAH", "Cel", 212.0, 100.0, id="water-boils"),
        pytest.param("[degF]", "Cel", -40.0, -40.0, id="both-scales-meet"),
        pytest.param("KEL", "CEL", 273.15, 0.0, id="water-freezes"),
        pytest.param("KMH", "m/s", 36.0, 10.0, id="speed"),
        pytest.param("GQ", "mg/m3", 1500.0, 1.5, id="micrograms"),
        pytest.param("1/min", "1/h", 2.0, 120.0, id="rate"),
        pytest.param("P1", "1", 50.0, 0.5, id="percent"),
        pytest.param("2N", "dB(A)", 61.5, 61.5, id="level-without-weighting"),
        pytest.param("dBA", "dB", 61.5, 61.5, id="weighting-unsaid-by-the-manifest"),
        pytest.param("people", "people", 3.0, 3.0, id="word-of-its-own"),
    ],
)
def test_a_value_is_converted(said: str, unit: str, value: float, becomes: float) -> None:
    found = conversion(said, unit)
    assert found is not None
    assert value * found.factor + found.offset == pytest.approx(becomes)


@pytest.mark.parametrize(
    ("said", "unit"),
    [
        pytest.param("CEL", "dB", id="temperature-is-no-level"),
        pytest.param("dB", "Cel", id="level-is-no-temperature"),
        pytest.param("dB(C)", "dB(A)", id="other-weighting"),
        pytest.param("MTS", "MTR", id="speed-is-no-length"),
        pytest.param("furlong-ish", "m", id="unknown"),
        pytest.param("((", "m", id="no-unit-at-all"),
        pytest.param("", "m", id="empty"),
    ],
)
def test_what_cannot_be_converted_is_not(said: str, unit: str) -> None:
    assert conversion(said, unit) is None
