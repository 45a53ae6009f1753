from __future__ import annotations

from datetime import date

import pytest
from pydantic import ValidationError

from quietude.sources.simulator.spec import SimulatorSpec

GOOD = {"format": "simulator", "service": "transport", "seed": 7, "from": "P2Y"}


def made(**changes: object) -> SimulatorSpec:
    return SimulatorSpec.model_validate(GOOD | changes)


def test_a_length_of_time_ends_today() -> None:
    assert made().days(date(2026, 11, 22)) == (date(2024, 11, 22), date(2026, 11, 22))


def test_fixed_days_are_kept_but_nothing_is_made_up_beyond_today() -> None:
    spec = made(**{"from": "2026-01-01", "to": "2026-12-31"})
    assert spec.days(date(2027, 3, 1)) == (date(2026, 1, 1), date(2026, 12, 31))
    assert spec.days(date(2026, 6, 1)) == (date(2026, 1, 1), date(2026, 6, 1))


def test_days_that_yaml_has_read_as_dates_are_understood() -> None:
    assert made(**{"from": date(2026, 1, 1)}).since == "2026-01-01"


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"service": "navy"}, id="unknown-service"),
        pytest.param({"seed": -1}, id="negative-seed"),
        pytest.param({"facts_per_day": 0}, id="nothing-happens"),
        pytest.param({"rate": 9}, id="rate-too-high"),
        pytest.param({"from": "2Y"}, id="no-duration"),
        pytest.param({"to": "tomorrow"}, id="no-day"),
        pytest.param({"days": 3}, id="unknown-key"),
    ],
)
def test_what_makes_no_sense_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        made(**changes)
