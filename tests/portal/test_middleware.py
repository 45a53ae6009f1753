from __future__ import annotations

import pytest
from django.test import Client
from tests.portal.conftest import SignIn

from quietude.portal.accounts.roles import Role
from quietude.store.api import Store


@pytest.mark.parametrize("address", ["/sign-in/", "/no-such-page/", "/healthz"])
def test_answers_carry_the_headers(db: None, address: str) -> None:
    answer = Client().get(address)
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert "camera=()" in answer["Permissions-Policy"]
    assert answer["Cache-Control"]


def test_pages_with_personal_data_stay_in_no_cache(sign_in: SignIn, store: Store) -> None:
    assert sign_in(Role.AGENT).get("/")["Cache-Control"] == "no-store"


def test_times_are_the_towns(sign_in: SignIn, store: Store) -> None:
    page = sign_in(Role.AGENT).get("/?reality=real").content.decode()
    assert "+02:00" in page


def test_a_refused_method_says_what_to_do_and_which_it_takes(db: None) -> None:
    answer = Client().get("/preferences/", headers={"Accept-Language": "fr"})
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "sert à un bouton" in answer.content.decode()


def test_a_form_that_is_too_large_says_so(db: None) -> None:
    answer = Client().post("/preferences/", {"next": "x" * (1024 * 1024 + 1)})
    assert answer.status_code == 413
    assert "dépasse ce que le portail accepte" in answer.content.decode()


@pytest.mark.parametrize("address", ["/explore/?q=a%00b", "/facts/a%00b/"])
def test_a_nought_is_refused_before_it_reaches_a_database(sign_in: SignIn, store: Store, address: str) -> None:
    assert sign_in(Role.AGENT).get(address).status_code == 400


def test_a_nought_in_a_form_is_refused(sign_in: SignIn) -> None:
    assert sign_in(Role.AGENT).post("/profile/", {"theme": "da\x00rk"}).status_code == 400


def test_signing_out_makes_the_browser_forget(sign_in: SignIn, store: Store) -> None:
    client = sign_in(Role.AGENT)
    assert "Clear-Site-Data" not in client.get("/profile/").headers
    assert client.post("/sign-out/")["Clear-Site-Data"] == '"cache", "storage"'


def test_what_another_account_left_to_be_sent_outlives_a_signing_out(sign_in: SignIn, store: Store) -> None:
    assert sign_in(Role.AGENT).post("/sign-out/", {"keeps": "1"})["Clear-Site-Data"] == '"cache"'
