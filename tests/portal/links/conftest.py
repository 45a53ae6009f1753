"""Two logbooks that tell of the same evening, and who reads them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from tests.portal.conftest import MakeUser
from tests.portal.logbook.conftest import PORT, desk, joined, patrols, said

from quietude.model.event import Regime, Sensitivity
from quietude.model.filter.question import Choice, Filter
from quietude.model.identity import event_uid
from quietude.model.viewer import Grant, Viewer
from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Role
from quietude.portal.logbook import acts as entries
from quietude.portal.logbook.filing import file_pending
from quietude.portal.logbook.models import Entry
from quietude.store.api import Store

NOW = datetime(2026, 6, 17, 10, 20, tzinfo=UTC)
TODAY = date(2026, 6, 17)
Told = Callable[..., Entry]


def reader(*sources: str) -> Viewer:
    """Return a reader of some sources."""
    rows = Filter(sources=Choice(sources)) if sources else Filter()
    grant = Grant(purpose="operations", rows=rows, ceiling=Sensitivity.RESTRICTED, regimes=frozenset(Regime))
    return Viewer(who="user:1", grants=(grant,), purpose="operations")


def uid_of(entry: Entry) -> str:
    return event_uid(entry.logbook, entry.label)


@pytest.fixture
def anne(make_user: MakeUser) -> User:
    """Return who writes in the logbooks of both services."""
    return joined(joined(make_user(Role.AGENT, "anne")), "desk")


@pytest.fixture
def patrol(anne: User, empty_store: Store) -> Told:
    """Return what writes an entry of the patrols, filed at once: patrol(text="…")."""

    def write(now: datetime = NOW, **fields: object) -> Entry:
        made = entries.write(
            anne, patrols(), said(occurred_at=now, **fields), key=uuid4(), purpose="operations", now=now
        )
        file_pending()
        return made

    return write


@pytest.fixture
def counter(anne: User, empty_store: Store) -> Told:
    """Return what writes an entry of the desk, filed at once."""

    def write(now: datetime = NOW, **fields: object) -> Entry:
        content = said(**({"occurred_at": now, "place": PORT, "fields": {"channel": "accueil"}} | fields))
        made = entries.write(anne, desk(), content, key=uuid4(), purpose="operations", now=now)
        file_pending()
        return made

    return write
