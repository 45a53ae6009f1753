from __future__ import annotations

import pytest
from django.test import Client
from tests.portal.conftest import SignIn

from quietude.portal.accounts.roles import Role
from quietude.portal.home import views


def test_not_found_says_what_to_do(db: None) -> None:
    answer = Client().get("/no-such-page/")
    assert answer.status_code == 404
    assert "Aller à la première page" in answer.content.decode()


def test_scripts_get_errors_as_data(db: None) -> None:
    answer = Client().get("/no-such-page/", headers={"Accept": "application/json"})
    assert answer.status_code == 404
    assert "rien à cette adresse" in answer.json()["error"]


def test_forbidden_is_a_page_of_ours(sign_in: SignIn) -> None:
    answer = sign_in(Role.AGENT).get("/users/")
    assert answer.status_code == 403
    assert "n’a pas le droit" in answer.content.decode()


def test_a_fault_of_ours_shows_no_trace(sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise RuntimeError("a password would stand here")

    monkeypatch.setattr(views, "current_store", broken)
    client = sign_in(Role.AGENT)
    client.raise_request_exception = False
    answer = client.get("/")
    assert answer.status_code == 500
    assert "Une panne de notre côté" in answer.content.decode()
    assert "would stand here" not in answer.content.decode()
