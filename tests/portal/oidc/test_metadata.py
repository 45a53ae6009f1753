"""What the provider publishes: where it is asked, how often, and what is not believed. And when it is down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from time import monotonic
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings
from tests.portal.conftest import PASSWORD, MakeUser
from tests.portal.oidc.conftest import begin, dance, is_in, words_of
from tests.portal.oidc.provider import Answer, Claims, Server, SigningKey, TestProvider, json_answer

from quietude.portal.oidc import fetch

ELSEWHERE = "http://127.0.0.1:9/api/v2"


@pytest.fixture
def target(provider: TestProvider, make_user: MakeUser) -> TestProvider:
    """Return the provider; it knows someone who has an account."""
    make_user(username="camille", email="camille@valcombe.example")
    return provider


@pytest.fixture
def broken(target: TestProvider, server: tuple[TestProvider, Server]) -> TestProvider:
    """Return a provider whose server is off."""
    server[1].stop()
    return target


def test_addresses_and_keys_are_asked_for_once(target: TestProvider) -> None:
    for _ in range(3):
        assert dance(Client()).status_code == 302
    assert target.asked.count("/.well-known/openid-configuration") == 1
    assert target.asked.count("/jwks") == 1


def test_a_new_key_is_asked_for_when_it_is_first_used(target: TestProvider, other_key: SigningKey) -> None:
    dance(Client())
    target.keys = [other_key, *target.keys]
    client = Client()
    dance(client)
    assert is_in(client)
    assert target.asked.count("/jwks") == 2


def test_made_up_key_names_do_not_make_us_hammer_the_provider(target: TestProvider) -> None:
    for place in range(5):
        token = target.logout_token({"kid": f"made-up-{place}"})
        assert Client().post("/oidc/ended/", {"logout_token": token}).status_code == 400
    assert target.asked.count("/jwks") <= 2


def test_a_token_that_names_no_key_is_read_only_while_there_is_one(target: TestProvider, other_key: SigningKey) -> None:
    target.write_id_token = lambda claims: target.key.sign(claims, kid=None)
    assert dance(Client()).status_code == 302
    target.keys = [*target.keys, other_key]
    cache.clear()
    assert dance(Client()).status_code == 403


DISCOVERIES: dict[str, Callable[[Claims], Claims]] = {
    "another issuer": lambda said: {**said, "issuer": ELSEWHERE},
    "token address elsewhere": lambda said: {**said, "token_endpoint": f"{ELSEWHERE}/token"},
    "keys elsewhere": lambda said: {**said, "jwks_uri": "http://169.254.169.254/latest/meta-data"},
    "user info elsewhere": lambda said: {**said, "userinfo_endpoint": f"{ELSEWHERE}/userinfo"},
    "keys in a file": lambda said: {**said, "jwks_uri": "file:///etc/passwd"},
    "authorisation elsewhere": lambda said: {**said, "authorization_endpoint": "https://elsewhere.example/"},
    "address missing": lambda said: {name: said[name] for name in said if name != "token_endpoint"},
    "address not a text": lambda said: {**said, "token_endpoint": ["x"]},
}


@pytest.mark.parametrize("lie", DISCOVERIES)
def test_a_provider_that_leads_elsewhere_is_not_followed(target: TestProvider, lie: str) -> None:
    target.change_discovery = DISCOVERIES[lie]
    answer = Client().get("/oidc/start/")
    assert answer.status_code == 503
    assert target.asked == ["/.well-known/openid-configuration"]


@pytest.mark.parametrize("place", ["/.well-known/openid-configuration", "/token", "/jwks", "/userinfo"])
def test_redirects_between_servers_are_not_followed(target: TestProvider, place: str) -> None:
    lured = json_answer({"keys": [], "access_token": "lured"})
    target.instead = {place: (302, {"Location": f"{target.issuer}/lure"}, b""), "/lure": lured}
    client = Client()
    answer = client.get("/oidc/start/") if place.startswith("/.well") else client.get(begin(client))
    assert answer.status_code == 503
    assert "/lure" not in target.asked
    assert not is_in(client)


ANSWERS: dict[str, Answer] = {
    "error": json_answer({}, 500),
    "not JSON": (200, {"Content-Type": "text/html"}, b"<html>"),
    "a list": json_answer([]),
    "nothing there": json_answer({}, 404),
    "too large": (200, {"Content-Type": "application/json"}, b" " * (fetch.LARGEST_BYTES + 1) + b"{}"),
}


@pytest.mark.parametrize("answer", ANSWERS)
def test_a_discovery_that_cannot_be_read_is_a_provider_that_is_down(target: TestProvider, answer: str) -> None:
    target.instead = {"/.well-known/openid-configuration": ANSWERS[answer]}
    assert Client().get("/oidc/start/").status_code == 503


@pytest.mark.parametrize("keys", [[], [{"kty": "oct", "k": "c2VjcmV0", "kid": "first"}], [{"kty": "RSA"}], "x", [1]])
def test_keys_that_cannot_be_used_open_nothing(target: TestProvider, keys: Any) -> None:
    target.instead = {"/jwks": json_answer({"keys": keys})}
    client = Client()
    assert dance(client).status_code == 503
    assert not is_in(client)


def test_while_the_provider_is_down_a_page_says_so_and_local_accounts_go_on(broken: TestProvider) -> None:
    client = Client()
    answer = client.get("/oidc/start/")
    assert answer.status_code == 503
    assert "ProConnect ne répond pas" in words_of(answer)
    assert "/sign-in/" in words_of(answer)
    assert client.get("/sign-in/").status_code == 200
    client.post("/sign-in/", {"login": "camille", "password": PASSWORD})
    assert is_in(client)


def test_a_provider_that_fails_in_the_middle_signs_nobody_in(
    target: TestProvider, server: tuple[TestProvider, Server]
) -> None:
    client = Client()
    address = begin(client)
    server[1].stop()
    answer = client.get(address)
    assert answer.status_code == 503
    assert not is_in(client)


def test_a_notice_that_cannot_be_checked_is_to_be_sent_again(broken: TestProvider) -> None:
    answer = Client().post("/oidc/ended/", {"logout_token": broken.logout_token()})
    assert answer.status_code == 503


def test_a_provider_that_drips_is_given_up(target: TestProvider, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "WHOLE_S", 0.2)
    target.drip_s = 0.02  # some 400 bytes: eight seconds
    began = monotonic()
    assert Client().get("/oidc/start/").status_code == 503
    assert monotonic() - began < 4
    target.dripped.set()


def test_another_provider_has_addresses_of_its_own(target: TestProvider, settings: Settings) -> None:
    Client().get("/oidc/start/")
    settings.QUIETUDE = replace(settings.QUIETUDE, oidc_issuer=ELSEWHERE)
    assert Client().get("/oidc/start/").status_code == 503
    assert cache.get(f"oidc:endpoints:{target.issuer}") is not None
