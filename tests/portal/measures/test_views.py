"""The pages of series: who may see them, what they say of gaps, doubts and an alarm's levels."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from tests.portal.alarms.test_numbers import NOW, hear, said
from tests.portal.conftest import MakeUser
from tests.portal.flows.conftest import Send, send

from quietude.portal.accounts.roles import Role
from quietude.portal.alarms.models import Alarm
from quietude.portal.alarms.watching import Watch
from quietude.portal.measures.chart import Row, chart_of
from quietude.store.api import Store

__all__ = ["send"]
pytestmark = pytest.mark.django_db
SERIES = "/sources/meters/series/"
ONE = f"{SERIES}a/laeq/"
VALUES = [said(60 - minute, 55 + minute % 7) for minute in range(20)]


@pytest.fixture
def reading(client: Client, make_user: MakeUser, empty_store: Store, send: Send) -> Client:
    hear(send, Watch(), *VALUES, said(5, 150), said(4, 75))
    client.force_login(make_user(Role.ANALYST))
    return client


def test_a_source_leads_to_its_series_and_these_to_their_curve(reading: Client) -> None:
    assert SERIES in reading.get("/sources/meters/").content.decode()
    assert ONE in reading.get(SERIES).content.decode()
    page = reading.get(f"{ONE}?period=day").content.decode()
    assert page.count("curve__line") == 2, "two stretches: a gap is no line"
    assert page.count("curve__doubt") == 1
    assert "150" in page


def test_a_longer_period_is_shown_by_steps(reading: Client) -> None:
    page = reading.get(f"{ONE}?period=year").content.decode()
    assert "Leq" in page


def test_a_page_says_since_when_there_are_means_alone(reading: Client, empty_store: Store) -> None:
    assert 'id="values-gone"' not in reading.get(f"{ONE}?period=day").content.decode()
    assert empty_store.let_values_go("meters", NOW + timedelta(hours=1)) == len(VALUES) + 2
    page = reading.get(f"{ONE}?period=day").content.decode()
    assert 'id="values-gone"' in page
    assert "curve__line" in page
    assert "Leq" in page


@pytest.mark.parametrize("until", ["2020-01-01T00:00:00", "never"])
def test_a_period_without_values_says_so_and_nonsense_is_the_newest(reading: Client, until: str) -> None:
    page = reading.get(f"{ONE}?period=day&until={until}").content.decode()
    assert ("curve__plot" in page) is (until == "never")


def test_there_is_no_page_of_what_is_not_there(reading: Client) -> None:
    assert reading.get(f"{SERIES}b/laeq/").status_code == 404
    assert reading.get("/sources/logbook/series/").status_code == 404


def test_an_alarm_shows_its_values_and_the_levels_of_its_rule(reading: Client) -> None:
    key = Alarm.objects.get(is_active=True).key
    page = reading.get(f"/alarms/{key}/").content.decode()
    assert page.count("curve__level") == 2
    assert re.search(r"meters/a/laeq", page)


def test_a_curve_is_cut_where_nothing_came_and_never_divides_by_nothing() -> None:
    since = datetime(2026, 1, 1, tzinfo=UTC)
    rows = [Row(since + timedelta(minutes=m), 50.0, None, None, 1, "good") for m in (0, 1, 2, 30, 31, 55)]
    chart = chart_of(rows, since, since + timedelta(hours=1), gap=timedelta(minutes=5))
    assert chart is not None
    assert (len(chart.lines), len(chart.dots), chart.top > 50 > chart.bottom) == (2, 1, True)
    assert chart_of([], since, NOW, gap=timedelta(minutes=5)) is None
