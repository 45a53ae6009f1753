"""Situations under way, for the tests of what is done about them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from tests.portal.conftest import MakeUser

from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Role
from quietude.portal.logbook.content import Place
from quietude.portal.logbook.reading import Reader, reader_of
from quietude.portal.rights.standing import standing_of
from quietude.portal.situations.models import Situation
from quietude.portal.situations.opening import Opening, open_situation

NOW = datetime(2026, 6, 5, 22, 0, tzinfo=UTC)
PORT = Place(label="quai du Port", lon_deg=5.38, lat_deg=43.29)
Begin = Callable[..., Situation]


@pytest.fixture
def agent(make_user: MakeUser) -> User:
    """Return an agent who handles situations."""
    return make_user(Role.AGENT, "anne")


@pytest.fixture
def supervisor(make_user: MakeUser) -> User:
    """Return a supervisor."""
    return make_user(Role.SUPERVISOR, "chloe")


@pytest.fixture
def begin(agent: User) -> Begin:
    """Return what opens a situation: begin("fight", at=…, title=…)."""

    def made(kind: str = "fight", at: datetime = NOW, **said: object) -> Situation:
        opening = Opening(kind=kind, place=PORT, **said)  # type: ignore[arg-type]
        return open_situation(agent, opening, at, language="fr")

    return made


def reading(user: User) -> Reader:
    """Return the reader that an account is."""
    return reader_of(user, standing_of(user))
