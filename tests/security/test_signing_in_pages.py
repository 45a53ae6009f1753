"""What every page owes to whoever signs in: a way out, fields that suit password managers, keys nobody guesses."""

from __future__ import annotations

import math
import re

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client
from tests.portal.conftest import SignIn
from tests.portal.test_access import PAGES
from tests.security.conftest import Walk
from tests.security.pages import ROLES, address_of

from quietude.portal.accounts.roles import Role

PASSWORD_FIELD = re.compile(r"<input[^>]*name=\"[^\"]*password[^\"]*\"[^>]*>")


KEPT = {"offline:other", "offline:waiting_alone", "offline:new"}
"""Pages that stand in without network: no one is signed in on them, and no one could be signed out."""


@pytest.mark.parametrize("role", ROLES)
def test_every_page_offers_to_sign_out(role: Role | None, event: str, walk: Walk) -> None:
    for route, client in walk(role):
        if route in PAGES and route.name not in KEPT:
            answer = client.get(address_of(route, event))
            is_page = answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html")
            assert not is_page or 'action="/sign-out/"' in answer.content.decode(), route


@pytest.mark.parametrize("address", ["/sign-in/", "/profile/password/"])
def test_password_fields_are_masked_and_suit_password_managers(sign_in: SignIn, address: str) -> None:
    client = Client() if address == "/sign-in/" else sign_in(Role.AGENT)
    fields = PASSWORD_FIELD.findall(client.get(address).content.decode())
    assert fields
    for field in fields:
        assert 'type="password"' in field
        assert re.search(r'autocomplete="(current|new)-password"', field)
        assert "onpaste" not in field
        assert "maxlength" not in field or int(re.search(r'maxlength="(\d+)"', field)[1]) >= 64  # type: ignore[index]  # found above


def test_session_keys_hold_128_bits_and_are_never_the_same(db: None) -> None:
    keys = {new_key() for _ in range(50)}
    assert len(keys) == 50
    assert all(len(key) * math.log2(36) >= 128 and re.fullmatch("[a-z0-9]+", key) for key in keys)


def new_key() -> str:
    """Return the key of a session that is made now."""
    session = SessionStore()
    session.create()
    return str(session.session_key)
