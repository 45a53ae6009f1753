"""Pages of rosters: who is on call, where nobody is, kept by supervisors; each act is noted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests.portal.conftest import LONG_AGO, Lines, MakeUser, SignIn
from tests.portal.services.conftest import MakeService, make_service

from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Role
from quietude.portal.rosters.models import Replacement, Roster, Turn
from quietude.portal.rosters.reading import people_on_call
from quietude.portal.services.api import Membership, Service

pytestmark = pytest.mark.django_db
__all__ = ["make_service"]


@pytest.fixture
def service(make_service: MakeService, make_user: MakeUser) -> Service:
    """Return a service with two members."""
    made = make_service("pm")
    for name in ("anne", "bruno"):
        Membership.objects.create(person=make_user(Role.AGENT, name), service=made, since=LONG_AGO, given_by="x")
    return made


@pytest.fixture
def chief(sign_in: SignIn, service: Service) -> Client:
    """Return who keeps rosters, with one of them."""
    client = sign_in(Role.SUPERVISOR)
    said = {"code": "night", "title_fr": "Nuit", "title_en": "Night", "service": service.pk, "at_least": 1}
    answer = client.post("/rosters/new/", said | {"must_cover": "on", "is_open": "on"})
    assert answer["Location"] == "/rosters/night/"
    return client


def turn(name: str, begins: str, ends: str, **fields: object) -> dict[str, object]:
    said = {"person": User.objects.get(username=name).pk, "days": [0, 1, 2, 3, 4, 5, 6], "begins": begins, "ends": ends}
    return said | {"rank": 1, "since": "2020-01-01"} | fields


def test_gaps_are_shown_until_somebody_fills_them(chief: Client, lines: Lines) -> None:
    chief.post("/rosters/night/turns/", turn("anne", "22:00", "06:00"))
    for view in ("week", "month"):
        shown = chief.get(f"/rosters/night/?view={view}").content.decode()
        assert "anne" in shown
        assert "roster__day--gap" in shown
    assert "badge--bad" in chief.get("/rosters/").content.decode()
    chief.post("/rosters/night/turns/", turn("bruno", "06:00", "22:00"))
    for page in ("/rosters/night/?view=week", "/rosters/night/?view=month&day=2026-03-29", "/rosters/"):
        shown = chief.get(page).content.decode()
        assert "roster__day--gap" not in shown
        assert "badge--bad" not in shown
    assert [line.detail["act"] for line in lines()].count("turn_added") == 2


def test_a_replacement_and_its_end(chief: Client) -> None:
    chief.post("/rosters/night/turns/", turn("anne", "00:00", "00:00"))
    now = timezone.now()
    roster, anne, bruno = Roster.objects.get(), *User.objects.filter(username__in=("anne", "bruno"))
    local = timezone.localtime(now)
    said = {
        "replaces": anne.pk, "person": bruno.pk, "begins_at": f"{local - timedelta(days=1):%Y-%m-%dT%H:%M}",
        "ends_at": f"{local + timedelta(days=1):%Y-%m-%dT%H:%M}",
    }  # fmt: skip
    assert people_on_call(roster, now) == [anne]
    assert chief.post("/rosters/night/replacements/", said | {"person": anne.pk}).status_code == 400
    chief.post("/rosters/night/replacements/", said)
    assert people_on_call(roster, now) == [bruno]
    assert "bruno à la place de anne" in chief.get("/rosters/night/").content.decode()
    User.objects.filter(pk=bruno.pk).update(is_active=False)
    assert people_on_call(roster, now) == [], "a closed account is nobody"
    chief.post(f"/rosters/night/replacements/{Replacement.objects.get().pk}/remove/")
    assert people_on_call(roster, now) == [anne]
    chief.post(f"/rosters/night/turns/{Turn.objects.get().pk}/remove/")
    assert not Turn.objects.exists()


@pytest.mark.parametrize(
    "fields", [{"days": []}, {"person": 0}, {"begins": "25:00"}, {"until": "2019-01-01"}, {"rank": 0}]
)
def test_what_makes_no_sense_is_refused_with_its_reason(chief: Client, fields: dict[str, object]) -> None:
    answer = chief.post("/rosters/night/turns/", turn("anne", "22:00", "06:00") | fields)
    assert answer.status_code == 400
    assert "field__error" in answer.content.decode()
    assert not Turn.objects.exists()


def test_somebody_of_another_service_is_not_put_on_call(chief: Client, make_user: MakeUser) -> None:
    make_user(Role.AGENT, "stranger")
    assert chief.post("/rosters/night/turns/", turn("stranger", "22:00", "06:00")).status_code == 400


@pytest.mark.parametrize("day", ["2026-02-30", "x", "9999-12-31", "0001-01-01", ""])
def test_a_day_that_is_none_is_today(chief: Client, day: str) -> None:
    for view in ("week", "month"):
        assert 'aria-current="date"' in chief.get(f"/rosters/night/?view={view}&day={day}").content.decode()


def test_an_agent_reads_and_changes_nothing(chief: Client, sign_in: SignIn) -> None:
    agent = sign_in(Role.AGENT)
    assert chief is not agent
    assert "Ajouter des heures" not in agent.get("/rosters/night/").content.decode()
    for address in ("new/", "night/change/", "night/turns/", "night/replacements/", "night/turns/1/remove/"):
        assert agent.post(f"/rosters/{address}").status_code == 403
