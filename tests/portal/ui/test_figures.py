from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone, translation

from quietude.portal.ui.figures import ago, figure, moment, percent, small

AT = datetime(2026, 11, 22, 13, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "value", "decimals", "said"),
    [
        ("fr", 18214, 0, "18\u202f214"),
        ("en", 18214, 0, "18,214"),
        ("fr", -0.5, 1, "−0,5"),
        ("en", -0.5, 1, "−0.5"),
        ("fr", None, 0, "–"),
        ("fr", 1234567.891, 2, "1\u202f234\u202f567,89"),
    ],
)
def test_figure(language: str, value: float | None, decimals: int, said: str) -> None:
    with translation.override(language):
        assert figure(value, decimals) == said


def test_percent_has_its_space_in_french_only() -> None:
    with translation.override("fr"):
        assert percent(-0.08) == "−8\u202f%"
    with translation.override("en"):
        assert percent(0.08) == "8%"


@pytest.mark.parametrize(
    ("precision", "french", "english"),
    [
        ("minute", "22 nov. 2026, 14:05", "22 Nov. 2026, 14:05"),
        ("hour", "22 nov. 2026, 14\u202fh", "22 Nov. 2026, 14:00"),
        ("day", "22 nov. 2026", "22 Nov. 2026"),
        ("month", "novembre 2026", "November 2026"),
        ("year", "2026", "2026"),
    ],
)
def test_a_time_is_said_no_finer_than_it_is_known(precision: str, french: str, english: str) -> None:
    with timezone.override("Europe/Paris"):
        with translation.override("fr"):
            assert moment(AT, precision) == french
        with translation.override("en"):
            assert moment(AT, precision) == english


def test_a_day_has_no_hour() -> None:
    with translation.override("fr"):
        assert moment(date(2026, 5, 1)) == "1 mai 2026"


@pytest.mark.parametrize(
    ("since", "said"),
    [
        (timedelta(seconds=5), "à l’instant"),
        (timedelta(minutes=1), "il y a 1 minute"),
        (timedelta(minutes=59), "il y a 59 minutes"),
        (timedelta(hours=47), "il y a 47 heures"),
        (timedelta(days=2), "il y a 2 jours"),
        (timedelta(days=90), "il y a 3 mois"),
        (timedelta(days=800), "il y a 2 ans"),
    ],
)
def test_ago(since: timedelta, said: str) -> None:
    with translation.override("fr"):
        assert ago(AT - since, now=AT) == said


@pytest.mark.parametrize(("count", "said"), [(0, "0"), (1, "moins de 5"), (4, "moins de 5"), (5, "5")])
def test_small_counts_are_not_told(count: int, said: str) -> None:
    with translation.override("fr"):
        assert small(count) == said
