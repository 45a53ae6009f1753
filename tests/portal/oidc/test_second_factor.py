"""The provider's second factor stands for ours; without one there, ours is asked for. Then a sensitive act, whole."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from django.test import Client
from pytest_django import Settings
from tests.portal.conftest import MakeUser
from tests.portal.oidc.conftest import dance, visit
from tests.portal.oidc.provider import TestProvider

from quietude.portal.accounts.roles import Role


@pytest.fixture(autouse=True)
def administrator(provider: TestProvider, make_user: MakeUser, settings: Settings) -> None:
    """Make an account that must keep a second factor, with a password that someone else made."""
    settings.QUIETUDE = replace(settings.QUIETUDE, second_factor="managers")
    make_user(Role.ADMINISTRATOR, "camille", email="camille@valcombe.example", must_change_password=True)


def test_a_second_factor_at_the_provider_is_enough() -> None:
    client = Client()
    dance(client)
    assert client.get("/users/").status_code == 200


def test_without_one_there_ours_must_be_set_up(provider: TestProvider, settings: Settings) -> None:
    settings.QUIETUDE = replace(settings.QUIETUDE, oidc_amr=())
    provider.amr = ["pwd"]
    client = Client()
    dance(client)
    assert client.get("/users/").headers["Location"] == "/profile/second-factor/"


def test_a_sensitive_act_waits_for_proof_at_the_provider_and_is_then_done(make_user: MakeUser) -> None:
    other = make_user(username="other")
    client = Client()
    dance(client)
    asked = client.post("/users/other/close/")
    assert asked.headers["Location"].startswith("/again/")
    other.refresh_from_db()
    assert other.is_active
    page = client.get(asked.headers["Location"]).content.decode()
    link = re.search(r'href="(/oidc/start/[^"]*)"', page)
    assert link is not None
    sent = client.get(html.unescape(link[1]))
    back = urlsplit(visit(sent.headers["Location"]).headers["Location"])
    assert client.get(f"{back.path}?{back.query}").headers["Location"] == "/users/other/"
    other.refresh_from_db()
    assert not other.is_active
