"""Pages of services, as whoever keeps the accounts uses them."""

from __future__ import annotations

from datetime import date, timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone
from tests.portal.conftest import MakeUser, SignIn
from tests.portal.services.conftest import MakeService

from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Role
from quietude.portal.services.api import services_of
from quietude.portal.services.models import Membership, Service
from quietude.portal.town import town_day

TODAY = town_day(timezone.now())
FORM = {
    "title_fr": "Police municipale",
    "title_en": "City police",
    "kind": "municipal_police",
    "opened_on": "2020-01-01",
}


def said(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, response.content.decode()
    return unescape(response.content.decode())


def test_a_service_is_made_renamed_closed_and_reopened(sign_in: SignIn) -> None:
    client = sign_in(Role.ADMINISTRATOR)
    assert "Aucun service" in said(client, "/services/")
    client.post("/services/new/", {**FORM, "code": "pm"})
    assert "Police municipale" in said(client, "/services/")
    client.post("/services/pm/", {**FORM, "title_fr": "Police de ville", "code": "other"})
    service = Service.objects.get()
    assert (service.code, service.title_fr) == ("pm", "Police de ville")
    client.post("/services/pm/close/", {"last_day": (TODAY - timedelta(days=1)).isoformat()})
    assert "Rouvrir le service" in said(client, "/services/pm/")
    client.post("/services/pm/reopen/")
    assert Service.objects.get().closed_on is None


@pytest.mark.parametrize(
    "wrong", [{"code": "new"}, {"kind": "army"}, {"opened_on": "yesterday"}, {"title_fr": ""}, {"parent": "99"}]
)
def test_a_service_that_cannot_be_is_refused_beside_the_field(sign_in: SignIn, wrong: dict[str, str]) -> None:
    client = sign_in(Role.ADMINISTRATOR)
    answer = client.post("/services/new/", {**FORM, "code": "pm", **wrong})
    assert answer.status_code == 400
    assert set(wrong) <= set(answer.context["form"].errors)
    assert not Service.objects.exists()


def test_a_refused_change_leaves_the_name_of_the_page(sign_in: SignIn, make_service: MakeService) -> None:
    make_service("pm")
    answer = sign_in(Role.ADMINISTRATOR).post("/services/pm/", {**FORM, "title_fr": "", "kind": "army"})
    assert answer.status_code == 400
    assert "<h1>Service pm</h1>" in answer.content.decode()


@pytest.mark.parametrize("day", ["", "demain", "2026-13-01", "1999-01-01"])
def test_a_closing_day_that_cannot_be_changes_nothing(sign_in: SignIn, make_service: MakeService, day: str) -> None:
    make_service("pm")
    client = sign_in(Role.ADMINISTRATOR)
    client.post("/services/pm/close/", {"last_day": day})
    assert Service.objects.get().closed_on is None
    assert 'data-tone="error"' in said(client, "/services/pm/")


def test_a_person_joins_changes_main_and_leaves(
    sign_in: SignIn, make_user: MakeUser, make_service: MakeService
) -> None:
    agent, police, video = make_user(Role.AGENT), make_service("pm"), make_service("video")
    client = sign_in(Role.ADMINISTRATOR)
    for service in (police, video):
        client.post("/users/agent/services/", {"service": service.pk, "since": "2026-01-01", "until": ""})
    assert services_of(agent, timezone.now()) == (police, video)
    second = Membership.objects.get(service=video)
    client.post(f"/users/agent/services/{second.pk}/", {"act": "main"})
    assert services_of(agent, timezone.now()) == (video, police)
    client.post(f"/users/agent/services/{second.pk}/", {"act": "end", "last_day": "2026-01-31"})
    assert services_of(agent, timezone.now()) == (police,)
    assert "terminé" in said(client, "/users/agent/services/")
    assert "Service pm" in said(client, "/users/agent/")


def test_a_membership_is_changed_at_its_own_persons_address_only(
    sign_in: SignIn, make_user: MakeUser, make_service: MakeService
) -> None:
    make_user(Role.ANALYST)
    membership = Membership.objects.create(
        person=make_user(Role.AGENT), service=make_service("pm"), since=date(2026, 1, 1)
    )
    answer = sign_in(Role.ADMINISTRATOR).post(f"/users/analyst/services/{membership.pk}/", {"act": "main"})
    assert answer.status_code == 404


def test_the_profile_names_ones_services(sign_in: SignIn, make_service: MakeService) -> None:
    client = sign_in(Role.AGENT)
    Membership.objects.create(
        person=User.objects.get(username="agent"), service=make_service("pm"), since=date(2026, 1, 1)
    )
    assert "Service pm" in said(client, "/profile/")


def test_a_made_up_service_says_so(sign_in: SignIn, make_service: MakeService) -> None:
    make_service("pm", is_fictional=True)
    client = sign_in(Role.ADMINISTRATOR)
    assert all("badge--fictional" in said(client, page) for page in ("/services/", "/services/pm/"))


def test_acts_ask_who_is_there(make_user: MakeUser, make_service: MakeService) -> None:
    make_service("pm")
    make_user(Role.AGENT)
    client = Client()
    client.force_login(make_user(Role.ADMINISTRATOR))
    for address in ("/services/new/", "/services/pm/", "/services/pm/close/", "/users/agent/services/"):
        answer = client.post(address, {**FORM, "code": "x", "last_day": "2026-01-01"})
        assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/again/")
    assert Service.objects.get().closed_on is None
