"""Proving once more who one is, by the provider, before a sensitive act."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.internal.flows.reauthentication import STATE_SESSION_KEY, did_recently_reauthenticate
from allauth.core.internal.httpkit import serialize_request
from django.http import HttpRequest
from django.template import Context, Template
from django.test import Client, RequestFactory
from tests.portal.conftest import PASSWORD, MakeUser
from tests.portal.oidc.conftest import begin, dance, is_in, words_of
from tests.portal.oidc.provider import TestProvider

from quietude.portal.accounts.models import User
from quietude.portal.oidc.models import OidcLink
from quietude.portal.oidc.problem import Reason


@pytest.fixture
def client(provider: TestProvider, make_user: MakeUser) -> Client:
    """Return a browser that came in by the provider."""
    make_user(username="camille", email="camille@valcombe.example")
    entered = Client()
    dance(entered)
    return entered


def request_of(client: Client) -> HttpRequest:
    request = HttpRequest()
    request.session = client.session
    request.user = User.objects.get(username="camille")
    return request


def has_proved(client: Client) -> bool:
    return did_recently_reauthenticate(request_of(client)) is True


def test_the_provider_is_told_to_ask_again(provider: TestProvider, client: Client) -> None:
    query = parse_qs(urlsplit(client.get("/oidc/start/?again=1").headers["Location"]).query)
    assert query["prompt"] == ["login"]
    assert json.loads(query["claims"][0])["id_token"]["auth_time"] == {"essential": True}


def test_a_stranger_is_not_asked_again_but_signs_in(provider: TestProvider, db: None) -> None:
    query = parse_qs(urlsplit(Client().get("/oidc/start/?again=1").headers["Location"]).query)
    assert "prompt" not in query


def test_whoever_proves_it_again_goes_on_where_they_were(provider: TestProvider, client: Client) -> None:
    before = client.session.session_key
    assert not has_proved(client)
    answer = client.get(begin(client, "/profile/", again="1"))
    assert answer.headers["Location"] == "/profile/"
    assert has_proved(client)
    assert client.session.session_key == before


def test_what_was_sent_before_is_done_afterwards(provider: TestProvider, client: Client) -> None:
    session = client.session
    session[STATE_SESSION_KEY] = {
        "request": serialize_request(RequestFactory().post("/preferences/", {"theme": "dark"}))
    }
    session.save()
    client.get(begin(client, "/preferences/", again="1"))
    assert User.objects.get(username="camille").theme == "dark"


def test_a_provider_that_does_not_ask_again_proves_nothing(
    provider: TestProvider, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    provider.asks_again = False
    answer = client.get(begin(client, "/profile/", again="1"))
    assert answer.status_code == 403
    assert "reconnu" in words_of(answer)
    assert Reason.NOT_AGAIN in caplog.text
    assert not has_proved(client)
    assert is_in(client)


@pytest.mark.parametrize("at", [None, "now", True])
def test_a_time_of_proof_that_is_none_proves_nothing(provider: TestProvider, client: Client, at: object) -> None:
    def change(claims: dict[str, object]) -> dict[str, object]:
        return {name: value for name, value in {**claims, "auth_time": at}.items() if value is not None}

    provider.change_id_token = change
    assert client.get(begin(client, "/profile/", again="1")).status_code == 403
    assert not has_proved(client)


def test_someone_else_at_the_provider_proves_nothing(
    provider: TestProvider, client: Client, make_user: MakeUser, caplog: pytest.LogCaptureFixture
) -> None:
    make_user(username="other", email="other@valcombe.example")
    provider.subject, provider.email = "sub-of-other", "other@valcombe.example"
    assert client.get(begin(client, "/profile/", again="1")).status_code == 403
    assert Reason.OTHER_ACCOUNT in caplog.text
    assert not has_proved(client)
    assert OidcLink.objects.count() == 1


def shown_to(client: Client) -> str:
    return Template("{% load oidc %}{% oidc_again '/users/' %}").render(Context({"request": request_of(client)}))


def test_only_whoever_came_by_the_provider_is_offered_it(provider: TestProvider, client: Client) -> None:
    local = Client()
    local.post("/sign-in/", {"login": "camille", "password": PASSWORD})
    assert "/oidc/start/?again=1&amp;next=%2Fusers%2F" in shown_to(client)
    assert "href" not in shown_to(local)
