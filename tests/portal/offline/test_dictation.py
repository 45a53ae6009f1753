"""Dictation: off until the town switches it on, and told beside the button and to the officer."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.test import Client
from tests.portal.conftest import SignIn

from quietude.portal import town as towns
from quietude.portal.accounts.roles import Role
from quietude.portal.logbook import views

pytestmark = pytest.mark.django_db
ADDRESSES = ["/logbook/new/?logbook=patrols", "/offline/new/?logbook=patrols"]


@pytest.fixture
def town_that_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the town of the tests allow dictation."""
    town = towns.current_town()
    assert town.protection is not None
    listening = replace(town, protection=town.protection.model_copy(update={"dictation": True}))
    monkeypatch.setattr(views, "current_town", lambda: listening)
    monkeypatch.setattr("quietude.portal.ui.context.current_town", lambda: listening)


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_page_listens_until_the_town_says_so(at_work: Client, address: str) -> None:
    page = at_work.get(address)
    assert "microphone=()" in page["Permissions-Policy"]
    assert "dictation" not in page.content.decode()


@pytest.mark.usefixtures("town_that_listens")
@pytest.mark.parametrize("address", ADDRESSES)
def test_a_town_that_allows_it_says_who_may_hear(at_work: Client, address: str) -> None:
    page = at_work.get(address)
    assert "microphone=(self)" in page["Permissions-Policy"]
    assert page.content.decode().count('data-island="dictation"') == 2
    assert "peut entendre ce que vous dictez" in page.content.decode()


@pytest.mark.usefixtures("town_that_listens")
def test_other_pages_do_not_listen_and_the_officer_is_told(sign_in: SignIn) -> None:
    page = sign_in(Role.DPO).get("/protection/")
    assert "microphone=()" in page["Permissions-Policy"]
    assert "protection.dictation" in page.content.decode()
