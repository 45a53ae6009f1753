"""Accounts, browsers' stand-ins and filed facts for the portal's tests."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from pytest_django import Settings
from tests.portal.made_up import Recipe, facts
from tests.portal.reads import Reads

from quietude.journal.api import Entry
from quietude.model.event import Reality
from quietude.model.viewer import Viewer
from quietude.portal import town
from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Role
from quietude.portal.journal.recording import TABLES
from quietude.portal.rights.actions import give_usual
from quietude.portal.rights.groups import Group
from quietude.portal.rights.models import Grant, Purpose
from quietude.portal.rights.usual import USUAL
from quietude.store.api import Store

PASSWORD = "la mer est calme ce soir"  # of accounts that live as long as a test
LONG_AGO = date(2020, 1, 1)
NOW = datetime(2026, 6, 17, 10, 20, tzinfo=UTC)
"""When the made-up facts of `filed` end: far from any change of the clocks."""
MakeUser = Callable[..., User]
SignIn = Callable[..., Client]
Lines = Callable[[], list[Entry]]


@pytest.fixture(autouse=True)
def _forget_attempts() -> Iterator[None]:
    """Start each test with no sign-in attempt counted."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def make_user(db: None) -> MakeUser:
    """Return a maker of accounts with the usual grant: make_user(Role.AGENT), with any field by name."""

    def make(role: Role = Role.AGENT, username: str | None = None, password: str = PASSWORD, **fields: object) -> User:
        user = User(username=username or f"{role.value.replace('_', '-')}", role=role, **fields)
        user.set_password(password)
        user.save()
        give_usual(None, user, today=LONG_AGO)
        return user

    return make


def viewer_of_role(role: Role, *opened: Group) -> Viewer:
    """Return the reader that the usual grant of a role makes, some groups opened on demand."""
    usual = USUAL[role]
    access = {group.value: getattr(usual, group.value) for group in Group}
    grant = Grant(purpose=Purpose(code=usual.purpose), ceiling=usual.ceiling.value, **access)
    return Viewer(who="user:1", grants=(grant.compiled(frozenset(opened)),), purpose=usual.purpose)


@pytest.fixture
def opened(db: None) -> Callable[[Client], Client]:
    """Return what opens the closed texts of a signed-in client, as its person would: with a motive."""

    def ask(client: Client) -> Client:
        response = client.post("/rights/opening/", {"kind": "on_demand", "motive": "report", "words": "n° 2026-17"})
        assert response.status_code == 302, response.content.decode()
        return client

    return ask


@pytest.fixture
def sign_in(make_user: MakeUser) -> SignIn:
    """Return a maker of signed-in clients: sign_in(Role.ANALYST, language="en")."""

    def enter(role: Role = Role.AGENT, **fields: object) -> Client:
        client = Client()
        user = make_user(role, **fields)
        client.force_login(user)
        session = client.session  # as after a real sign-in: who is there was proven just now
        session["account_authentication_methods"] = [{"method": "password", "at": time.time(), "reauthenticated": True}]
        session["account_authentication_methods_user"] = str(user.pk)
        session.save()
        return client

    return enter


@pytest.fixture(autouse=True)
def every_nominative_read(monkeypatch: pytest.MonkeyPatch) -> Iterator[Reads]:
    """Hold, in every test of the portal, that each read of a nominative column by someone asked for its line."""
    reads = Reads()
    reads.watch(monkeypatch)
    yield reads
    assert reads.unnoted == [], "read without a line in the journal"


@pytest.fixture
def empty_store(tmp_path: Path, settings: Settings) -> Iterator[Store]:
    """Return the portal's store, in a folder of its own with nothing in it."""
    settings.QUIETUDE = replace(settings.QUIETUDE, var_dir=tmp_path)
    town.current_store.cache_clear()
    town.current_ledger.cache_clear()
    yield town.current_store()
    town.current_store.cache_clear()
    town.current_ledger.cache_clear()


@pytest.fixture(scope="session")
def filed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a var folder whose store holds real facts of the ten weeks before NOW, and fewer fictional ones."""
    var_dir = tmp_path_factory.mktemp("filed")
    configured = town.current_town()
    levels = configured.territory.level_names
    store = Store.open(var_dir / "valcombe" / "facts", levels=levels, timezone=configured.timezone)
    store.append(facts(configured.territory, Recipe(until=NOW)))
    store.append(facts(configured.territory, Recipe(until=NOW, days=20, per_day=3, reality=Reality.FICTIONAL)))
    store.append(
        facts(configured.territory, Recipe(until=NOW, days=5, per_day=2, regime="TITRE_III", sensitivity="restricted"))
    )
    return var_dir


@pytest.fixture
def store(filed: Path, settings: Settings, db: None) -> Iterator[Store]:
    """Return the portal's store with made-up facts in it; do not write to it."""
    settings.QUIETUDE = replace(settings.QUIETUDE, var_dir=filed)
    town.current_store.cache_clear()
    town.current_ledger.cache_clear()
    yield town.current_store()
    town.current_store.cache_clear()
    town.current_ledger.cache_clear()


@pytest.fixture
def lines(db: None) -> Lines:
    """Return what reads the lines written since the test began."""
    with connection.cursor() as cursor:
        begin = TABLES.head(cursor).frontier.size

    def read() -> list[Entry]:
        with connection.cursor() as cursor:
            found = [entry for _, entry in TABLES.entries(cursor, first=begin)]
        return [entry for entry in found if entry is not None]

    return read
