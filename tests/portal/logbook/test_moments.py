"""Times as people write them at night."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quietude.portal.logbook.moments import MomentError, moment_of

PARIS = "Europe/Paris"
NOW = datetime(2026, 6, 17, 22, 10, tzinfo=UTC)  # ten past midnight on the 18th in Paris


@pytest.mark.parametrize(
    ("typed", "means"),
    [
        ("", "2026-06-17T22:10"),
        ("maintenant", "2026-06-17T22:10"),
        ("14h05", "2026-06-17T12:05"),
        ("23h50", "2026-06-17T21:50"),
        ("00:05", "2026-06-17T22:05"),
        ("0h15", "2026-06-17T22:15"),
        ("2350", "2026-06-17T21:50"),
        ("il y a 10 min", "2026-06-17T22:00"),
        ("il y a 2 heures", "2026-06-17T20:10"),
        ("il y a une demi-heure", "2026-06-17T21:40"),
        ("il y a un quart d’heure", "2026-06-17T21:55"),
        ("10 min ago", "2026-06-17T22:00"),
        ("-20 min", "2026-06-17T21:50"),
        ("hier 23h", "2026-06-17T21:00"),
        ("avant-hier à 8h30", "2026-06-16T06:30"),
        ("16/06 18:30", "2026-06-16T16:30"),
        ("16/06/2026", "2026-06-15T22:00"),
        ("16/06/26 à 18h", "2026-06-16T16:00"),
        ("2026-06-16T18:30", "2026-06-16T16:30"),
        ("24h00", "2026-06-17T22:00"),
    ],
)
def test_what_is_typed_is_understood(typed: str, means: str) -> None:
    assert moment_of(typed, now=NOW, timezone=PARIS) == datetime.fromisoformat(f"{means}+00:00")


@pytest.mark.parametrize(
    "typed", ["25h00", "14h75", "31/02 10:00", "demain peut-être", "hier soir", "😀", "99/99/9999"]
)
def test_what_is_no_time_is_refused(typed: str) -> None:
    with pytest.raises(MomentError):
        moment_of(typed, now=NOW, timezone=PARIS)


def test_the_hour_that_summer_time_leaves_out_is_read_one_hour_later() -> None:
    now = datetime(2026, 3, 29, 10, tzinfo=UTC)
    assert moment_of("29/03/2026 02:30", now=now, timezone=PARIS) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_the_hour_that_comes_twice_is_the_first() -> None:
    now = datetime(2026, 10, 25, 10, tzinfo=UTC)
    assert moment_of("25/10/2026 02:30", now=now, timezone=PARIS) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@given(st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)), st.integers(0, 23), st.integers(0, 59))  # noqa: DTZ001
def test_a_time_of_day_is_within_a_day_and_never_far_ahead(moment: datetime, hour: int, minute: int) -> None:
    now = moment.replace(tzinfo=UTC)
    found = moment_of(f"{hour}h{minute:02}", now=now, timezone=PARIS)
    assert timedelta(hours=-26) < found - now <= timedelta(hours=1, minutes=10)


@given(st.text(max_size=30))
def test_no_text_breaks_it(typed: str) -> None:
    with contextlib.suppress(MomentError):
        assert moment_of(typed, now=NOW, timezone=PARIS).tzinfo is not None
