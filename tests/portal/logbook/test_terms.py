from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quietude.portal.logbook.moments import MomentError
from quietude.portal.logbook.terms import term_of, terms_of

PARIS = "Europe/Paris"
START = datetime(2024, 1, 1)  # noqa: DTZ001 - hypothesis wants it naive, beside the time zone
WORDS = ("demain", "lundi", "18h", "ce soir")
WEDNESDAY = datetime(2026, 6, 17, 14, 20, tzinfo=ZoneInfo(PARIS))


def local(text: str, now: datetime = WEDNESDAY) -> str:
    return term_of(text, now=now, timezone=PARIS).astimezone(ZoneInfo(PARIS)).strftime("%d/%m/%Y %H:%M")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("demain 10h", "18/06/2026 10:00"),
        ("Demain à 10 h 30", "18/06/2026 10:30"),
        ("demain", "18/06/2026 23:59"),
        ("demain matin", "18/06/2026 12:00"),
        ("après-demain 8h", "19/06/2026 08:00"),
        ("ce soir", "17/06/2026 22:00"),
        ("cette nuit", "18/06/2026 06:00"),
        ("18h", "17/06/2026 18:00"),
        ("avant 18h", "17/06/2026 18:00"),
        ("10h", "18/06/2026 10:00"),
        ("1830", "17/06/2026 18:30"),
        ("dans 3 jours", "20/06/2026 23:59"),
        ("dans 3 jours à 9h", "20/06/2026 09:00"),
        ("dans 2 h", "17/06/2026 16:20"),
        ("d’ici 30 min", "17/06/2026 14:50"),
        ("+2j", "19/06/2026 23:59"),
        ("dans une semaine", "24/06/2026 23:59"),
        ("dans un mois", "17/07/2026 23:59"),
        ("vendredi", "19/06/2026 23:59"),
        ("vendredi 10h", "19/06/2026 10:00"),
        ("lundi prochain", "22/06/2026 23:59"),
        ("mercredi", "24/06/2026 23:59"),
        ("mercredi 18h", "17/06/2026 18:00"),
        ("mercredi 10h", "24/06/2026 10:00"),
        ("24/12 18:30", "24/12/2026 18:30"),
        ("le 24/12", "24/12/2026 23:59"),
        ("03/01", "03/01/2027 23:59"),
        ("2026-07-01 08:00", "01/07/2026 08:00"),
        ("24h", "18/06/2026 00:00"),
        ("tomorrow 10:00", "18/06/2026 10:00"),
        ("friday", "19/06/2026 23:59"),
        ("in 3 days", "20/06/2026 23:59"),
        ("tonight", "18/06/2026 06:00"),
    ],
)
def test_terms_are_read_as_people_write_them(typed: str, meant: str) -> None:
    assert local(typed) == meant


@pytest.mark.parametrize("typed", ["", "bientôt", "31/02", "17/06/2020", "2026-06-17 10:00", "25h", "aujourd'hui 9h"])
def test_what_is_no_term_or_past_is_refused(typed: str) -> None:
    with pytest.raises(MomentError):
        term_of(typed, now=WEDNESDAY, timezone=PARIS)


@pytest.mark.parametrize(
    ("typed", "now", "meant"),
    [
        pytest.param("cette nuit", "2026-06-18 00:30", "18/06/2026 06:00", id="after-midnight"),
        pytest.param("23h", "2026-06-17 23:30", "18/06/2026 23:00", id="the-next-evening"),
        pytest.param("2h30", "2026-03-28 23:00", "29/03/2026 03:30", id="an-hour-left-out"),
        pytest.param("2h30", "2026-10-24 23:00", "25/10/2026 02:30", id="an-hour-that-comes-twice"),
        pytest.param("dans un mois", "2026-01-31 12:00", "28/02/2026 23:59", id="a-shorter-month"),
    ],
)
def test_midnight_and_the_change_of_the_clocks(typed: str, now: str, meant: str) -> None:
    assert local(typed, datetime.fromisoformat(now).replace(tzinfo=ZoneInfo(PARIS))) == meant


def test_hours_across_the_change_of_the_clocks_are_hours_that_pass() -> None:
    before = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)  # half past one, half an hour before the clocks change
    assert term_of("dans 2 h", now=before, timezone=PARIS) - before == timedelta(hours=2)


def test_several_are_parted_by_semicolons_or_words() -> None:
    found = terms_of("vendredi 8h ; demain 8h et demain 8h", now=WEDNESDAY, timezone=PARIS)
    assert [each.astimezone(ZoneInfo(PARIS)).strftime("%d %H") for each in found] == ["18 08", "19 08"]


@given(
    st.datetimes(timezones=st.just(UTC), min_value=START, max_value=START + timedelta(days=2000)),
    st.sampled_from(WORDS),
)
def test_a_term_is_ahead_by_a_week_at_most(now: datetime, typed: str) -> None:
    assert timedelta() < term_of(typed, now=now, timezone=PARIS) - now <= timedelta(days=8)
