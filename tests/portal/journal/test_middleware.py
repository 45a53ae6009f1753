"""Where the journal cannot be written, nothing is shown, and the page says so."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import DatabaseError
from tests.portal.conftest import SignIn

from quietude.portal.accounts.roles import Role
from quietude.portal.journal import recording
from quietude.store.api import Store


@pytest.fixture
def fill_the_disk(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    def full(*_: object, **__: object) -> None:
        raise DatabaseError("database or disk is full")

    return lambda: monkeypatch.setattr(recording.TABLES, "append", full)


@pytest.mark.usefixtures("store")
def test_a_page_says_what_to_do_and_shows_no_fact(sign_in: SignIn, fill_the_disk: Callable[[], None]) -> None:
    agent = sign_in(Role.AGENT)
    fill_the_disk()
    response = agent.get("/explore/?category=noise")
    said = response.content.decode()
    assert response.status_code == 503
    assert "Le journal" in said
    assert "data-fact" not in said
    assert "disk is full" not in said


@pytest.mark.usefixtures("store")
def test_a_script_is_told_the_same(sign_in: SignIn, fill_the_disk: Callable[[], None]) -> None:
    agent = sign_in(Role.AGENT, language="en")
    fill_the_disk()
    response = agent.get("/explore/answer?category=noise")
    assert response.status_code == 503
    assert "nothing is done without it" in response.json()["error"]


def test_counts_go_on_while_the_disk_is_full(store: Store, fill_the_disk: Callable[[], None], sign_in: SignIn) -> None:
    elected = sign_in(Role.ELECTED)
    fill_the_disk()
    assert elected.get("/explore/?category=noise").status_code == 200
