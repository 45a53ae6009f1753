"""Sensitive acts ask who is there, say what they do, and act by POST only."""

from __future__ import annotations

from datetime import date
from time import time

import pytest
from django.test import Client
from tests.portal.conftest import PASSWORD, MakeUser, SignIn

from quietude.portal.accounts.models import AccountAct, User
from quietude.portal.accounts.roles import Role
from quietude.portal.protection.models import PersonRequest

ACTS = ["close", "reopen", "password", "second-factor", "sessions"]
CHANGES = {"full_name": "Camille Roux", "email": "", "role": "analyst"}


def signed_in_an_hour_ago(make_user: MakeUser) -> Client:
    client = Client()
    client.force_login(make_user(Role.ADMINISTRATOR, username="boss"))
    return client


@pytest.mark.parametrize("act", ACTS)
def test_the_link_asks_and_changes_nothing(sign_in: SignIn, make_user: MakeUser, act: str) -> None:
    make_user(username="camille")
    before = User.objects.filter(username="camille").values().get()
    page = sign_in(Role.ADMINISTRATOR).get(f"/users/camille/{act}/")
    assert page.status_code == 200
    assert "Annuler" in page.content.decode()
    assert User.objects.filter(username="camille").values().get() == before
    assert not AccountAct.objects.exists()


def test_close_and_reopen_by_the_page(sign_in: SignIn, make_user: MakeUser) -> None:
    client = sign_in(Role.ADMINISTRATOR)
    make_user(Role.AGENT, username="camille")
    client.post("/users/camille/close/")
    assert not User.objects.get(username="camille").is_active
    client.post("/users/camille/reopen/")
    assert User.objects.get(username="camille").is_active


def test_a_new_password_is_shown_once(sign_in: SignIn, make_user: MakeUser) -> None:
    client = sign_in(Role.ADMINISTRATOR)
    make_user(username="camille")
    answer = client.post("/users/camille/password/")
    assert User.objects.get(username="camille").check_password(answer.context["made_up"])
    assert "no-store" in answer["Cache-Control"]


SENSITIVE = [
    *[pytest.param(f"/users/camille/{act}/", {}, id=act) for act in ACTS],
    pytest.param("/users/camille/", CHANGES, id="role"),
    pytest.param("/users/new/", {"username": "new", **CHANGES}, id="new"),
    pytest.param("/profile/second-factor/app/", {"code": "123456"}, id="app"),
    pytest.param("/profile/second-factor/keys/new/", {"credential": "{}"}, id="key"),
    pytest.param("/profile/second-factor/codes/new/", {}, id="recovery-codes"),
    pytest.param("/profile/tokens/", {"name": "x", "days": 30}, id="token"),
    pytest.param("/rights/grants/new/", {}, id="grant-given"),
    pytest.param("/rights/grants/1/withdraw/", {}, id="grant-withdrawn"),
    pytest.param("/rights/grants/table/", {"table": "x"}, id="grants-by-table"),
    pytest.param("/rights/grants/review/", {}, id="grants-reviewed"),
    pytest.param("/rights/register/new/", {}, id="purpose"),
]
OFFICERS = [
    pytest.param("/protection/durations/run/", {}, id="disposal-signed"),
    pytest.param("/protection/durations/holds/1/release/", {}, id="hold-lifted"),
    pytest.param("/protection/breaches/1/steps/cnil/", {}, id="breach-told"),
    pytest.param("/protection/requests/lift/", {}, id="restriction-lifted"),
    *[
        pytest.param("/protection/requests/{request}/", {"act": act, "name": "Zébulon"}, id=f"person-{act}")
        for act in ("erase", "restrict", "rectify", "json", "html")
    ],
]


@pytest.mark.parametrize(("address", "sent"), SENSITIVE)
def test_a_sensitive_act_asks_who_is_there(make_user: MakeUser, address: str, sent: dict[str, str]) -> None:
    make_user(username="camille")
    client = signed_in_an_hour_ago(make_user)
    answer = client.post(address, sent)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/again/?next=")
    assert not AccountAct.objects.exists()


@pytest.mark.parametrize(("address", "sent"), OFFICERS)
def test_a_sensitive_act_of_data_protection_asks_too(make_user: MakeUser, address: str, sent: dict[str, str]) -> None:
    made = PersonRequest.objects.create(reference="2026-1", kind="erase", received_on=date(2026, 6, 1))
    client = Client()
    client.force_login(make_user(Role.DPO))
    answer = client.post(address.format(request=made.pk), sent)
    assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/again/")


def test_what_was_sent_is_done_once_the_password_is_given(make_user: MakeUser) -> None:
    make_user(username="camille")
    client = signed_in_an_hour_ago(make_user)
    asked = client.post("/users/camille/", CHANGES)
    refused = client.post(asked["Location"], {"password": "not the password", "next": "/users/camille/"})
    assert refused.status_code == 200
    assert User.objects.get(username="camille").role == Role.AGENT
    client.post(asked["Location"], {"password": PASSWORD, "next": "/users/camille/"})
    assert User.objects.get(username="camille").role == Role.ANALYST


def test_a_proof_holds_five_minutes(make_user: MakeUser, monkeypatch: pytest.MonkeyPatch) -> None:
    make_user(username="camille")
    client = signed_in_an_hour_ago(make_user)
    client.post("/again/?next=/users/", {"password": PASSWORD, "next": "/users/"})
    client.post("/users/camille/close/")
    assert not User.objects.get(username="camille").is_active
    later = time() + 5 * 60 + 1
    monkeypatch.setattr("quietude.portal.accounts.asking.time.time", lambda: later)
    client.post("/users/camille/reopen/")
    assert not User.objects.get(username="camille").is_active


def test_a_sign_in_just_now_is_proof_enough(make_user: MakeUser) -> None:
    make_user(username="camille")
    make_user(Role.ADMINISTRATOR, username="boss")
    client = Client()
    client.post("/sign-in/", {"login": "boss", "password": PASSWORD})
    client.post("/users/camille/close/")
    assert not User.objects.get(username="camille").is_active


def test_the_last_administrator_is_told_why_it_stays(sign_in: SignIn) -> None:
    client = sign_in(Role.ADMINISTRATOR)
    page = client.post("/users/administrator/close/", follow=True).content.decode()
    assert "dernier administrateur" in page


def test_an_account_without_password_proves_itself_by_signing_in_again(make_user: MakeUser) -> None:
    make_user(username="camille")
    boss = make_user(Role.ADMINISTRATOR, username="boss")
    boss.set_unusable_password()
    boss.save()
    client = Client()
    client.force_login(boss)
    assert client.post("/users/camille/close/").status_code == 302
    assert User.objects.get(username="camille").is_active
