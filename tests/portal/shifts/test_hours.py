from __future__ import annotations

from datetime import UTC, datetime

import pytest

from quietude.portal.logbook.moments import MomentError
from quietude.portal.shifts.hours import end_of, watch_at

PARIS = "Europe/Paris"


@pytest.mark.parametrize(
    ("begins", "typed", "ends"),
    [
        pytest.param((2026, 6, 17, 19, 0), "05h", (2026, 6, 18, 3, 0), id="after midnight"),
        pytest.param((2026, 6, 17, 11, 0), "21:00", (2026, 6, 17, 19, 0), id="the same day"),
        pytest.param((2026, 6, 17, 19, 0), "21h05", (2026, 6, 17, 19, 5), id="five minutes on"),
        pytest.param((2026, 6, 17, 19, 0), "24h00", (2026, 6, 17, 22, 0), id="midnight"),
        pytest.param((2026, 3, 28, 20, 0), "5h", (2026, 3, 29, 3, 0), id="the clocks go forward"),
        pytest.param((2026, 10, 24, 19, 0), "5h", (2026, 10, 25, 4, 0), id="the clocks go back"),
        pytest.param((2026, 6, 17, 19, 0), "24/12 18:30", (2026, 12, 24, 17, 30), id="a date is itself"),
    ],
)
def test_an_end_is_the_next_such_hour(begins: tuple[int, ...], typed: str, ends: tuple[int, ...]) -> None:
    begin, end = (datetime(*parts, tzinfo=UTC) for parts in (begins, ends))  # type: ignore[arg-type, misc]
    assert end_of(typed, begin, timezone=PARIS) == end


@pytest.mark.parametrize("typed", ["", "  ", "bientôt", "25h"])
def test_what_is_no_time_is_no_end(typed: str) -> None:
    with pytest.raises(MomentError):
        end_of(typed, datetime(2026, 6, 17, 19, tzinfo=UTC), timezone=PARIS)


@pytest.mark.parametrize(
    ("hour", "watch"), [(2, "morning"), (7, "day"), (11, "afternoon"), (15, "evening"), (19, "night"), (0, "night")]
)
def test_a_shift_is_named_by_its_first_hour(hour: int, watch: str) -> None:
    assert watch_at(datetime(2026, 6, 17, hour, 30, tzinfo=UTC), timezone=PARIS) == watch
