from __future__ import annotations

import pytest
from django.test import Client

from quietude.portal import health
from quietude.store.api import Store, StoreError


def test_alive_says_only_that(db: None) -> None:
    assert Client().get("/healthz").json() == {"alive": True}


def test_ready_when_database_and_store_answer(db: None, empty_store: Store) -> None:
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()) == (
        200,
        {"ready": True, "database": True, "store": True, "backup": None},
    )


def test_not_ready_when_the_store_does_not_answer(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> Store:
        raise StoreError("the disk is gone")

    monkeypatch.setattr(health, "current_store", broken)
    answer = Client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["store"] is False
    assert "disk" not in answer.content.decode()
