"""The page of counts: what may only be counted is told rounded, small counts not at all, and never listed."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from html import unescape

import pytest
from django.test import Client

from quietude.model.event import Sensitivity
from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Role
from quietude.portal.rights.actions import give
from quietude.portal.rights.commands import count_only
from quietude.portal.rights.models import Grant, Level, Purpose
from quietude.store.api import Store


@pytest.fixture
def counting(elected: Client) -> Client:
    """Return the browser of an elected official who lists public facts and only counts internal ones."""
    count_only("elected")
    return elected


def words(content: bytes) -> str:
    """Return a page's text."""
    return unescape(re.sub(r"<[^>]+>", " ", content.decode())).replace("\xa0", " ")


def test_what_may_only_be_counted_is_told_in_fives_beside_what_may_be_listed(counting: Client, agent: Client) -> None:
    everything = agent.get("/explore/counts.json?by=family").json()
    mine = counting.get("/explore/counts.json?by=family").json()
    assert everything["counted"] is None
    assert mine["listed"] < everything["listed"]
    assert mine["counted"]["count"] == (everything["listed"] - mine["listed"]) // 5 * 5
    for row in mine["rows"]:
        exact = next(one["listed"] for one in everything["rows"] if one["key"] == row["key"])
        assert row["counted"] is None or row["counted"]["count"] in range(0, exact - row["listed"] + 1, 5)


def test_small_counts_are_not_told_and_the_page_says_why(counting: Client) -> None:
    page = words(counting.get("/explore/counts/?by=month&across=family&severity-from=5").content)
    data = counting.get("/explore/counts.json?by=month&across=family&severity-from=5").json()
    told = [row["counted"]["told"] for row in data["rows"] if row["counted"]]
    assert "small" in told or not data["told"]
    assert ("< 5" in page) is ("small" in told)


def test_nothing_of_it_is_listed_mapped_or_found(counting: Client, elected: Client) -> None:
    answer = counting.get("/explore/answer").json()
    listed = counting.get("/explore/counts.json?by=family").json()["listed"]
    assert answer["total"] == listed
    assert sum(answer["timeline"]["selected"]) == listed
    assert "/explore/counts/" in answer["html"]["summary"]


def test_finer_conditions_leave_it_out_and_say_so(counting: Client) -> None:
    answer = counting.get("/explore/counts.json?by=family&hour=3").json()
    assert answer["refusal"]
    assert answer["told"] is False
    assert all(row["counted"] is None for row in answer["rows"])
    assert counting.get("/explore/counts/?by=family&hour=3").status_code == 200


@pytest.mark.parametrize("by", ["zone_quarter", "family", "month", "year", "weekday", "hour", "severity", "source"])
def test_each_dimension_has_its_table(agent: Client, by: str) -> None:
    page = agent.get(f"/explore/counts/?by={by}")
    assert page.status_code == 200
    assert "<table" in page.content.decode()


@pytest.mark.parametrize("asked", ["by=title", "by=day", "by=family&across=id"])
def test_dimensions_that_are_not_offered_are_not_there(agent: Client, asked: str) -> None:
    assert agent.get(f"/explore/counts/?{asked}").status_code == 404
    assert agent.get(f"/explore/counts.json?{asked}").status_code == 404


def test_a_filter_that_cannot_be_read_is_told(agent: Client) -> None:
    assert agent.get("/explore/counts/?severity-from=9").status_code == 400
    assert "error" in agent.get("/explore/counts.json?severity-from=9").json()


def test_the_threshold_is_the_purpose_s(counting: Client) -> None:
    Purpose.objects.filter(code="oversight").update(least=50)
    answer = counting.get("/explore/counts.json?by=month").json()
    assert answer["least"] == 50
    assert all(row["counted"] is None or row["counted"]["count"] % 50 == 0 for row in answer["rows"])


def test_who_only_counts_lists_nothing(store: Store, sign_in: Callable[..., Client]) -> None:
    client = sign_in(Role.ELECTED)
    holder = User.objects.get(username="elected")
    purpose = Purpose.objects.get(code="oversight")
    grant = Grant(
        holder=holder,
        purpose=purpose,
        level=Level.COUNT,
        ceiling=Sensitivity.INTERNAL.value,
        since=date(2020, 1, 1),
    )
    give(None, grant, replaces=True)
    assert client.get("/explore/answer").json()["total"] == 0
    assert client.get("/explore/counts.json?by=family").json()["counted"]["count"] > 0


def test_an_empty_list_leads_to_the_counts(store: Store, sign_in: Callable[..., Client]) -> None:
    client = sign_in(Role.ELECTED)
    purpose, holder = Purpose.objects.get(code="oversight"), User.objects.get(username="elected")
    grant = Grant(holder=holder, purpose=purpose, level=Level.COUNT, since=date(2020, 1, 1))
    give(None, grant, replaces=True)
    html = client.get("/explore/answer?severity-from=2").json()["html"]["list"]
    assert 'href="/explore/counts/?severity-from=2"' in html
