"""A store that fills while searches are saved, and an agent who keeps one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest
from django.utils import timezone
from tests.portal.conftest import MakeUser
from tests.portal.made_up import Recipe, facts

from quietude.portal import town
from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Role
from quietude.portal.rights.models import Grant
from quietude.portal.rights.standing import standing_of
from quietude.portal.saved_searches.filed import Cabinet
from quietude.portal.saved_searches.models import SavedSearch
from quietude.portal.saved_searches.ringing import try_facts
from quietude.portal.town import installation, town_day
from quietude.search.api import Writer
from quietude.store.api import Store

LAST = datetime(2026, 5, 1, tzinfo=UTC)
Save = Callable[..., SavedSearch]
Arrive = Callable[..., pa.Table]


@pytest.fixture
def agent(make_user: MakeUser) -> User:
    """Return whose searches they are: texts are open to them."""
    made = make_user(Role.AGENT, username="agent")
    Grant.objects.filter(holder=made).update(title="open", text="open")
    return made


@pytest.fixture
def save(empty_store: Store) -> Save:
    """Return what saves a search a minute ago: save(user, "musique"). Trying has begun by then."""
    look(empty_store)

    def make(owner: User, text: str, **said: object) -> SavedSearch:
        purpose, before = standing_of(owner).purpose, timezone.now() - timedelta(minutes=1)
        values: dict[str, object] = {"name": text, "language": "fr", "since": before, "seen_at": before} | said
        code = purpose.code if purpose is not None else "none"
        return SavedSearch.objects.create(owner=owner, text=text, purpose=code, **values)

    return make


def look(store: Store, cabinet: Cabinet | None = None) -> int:
    """Take in what the store has, and try it, as the served portal does each second."""
    Writer(installation().search_dir, store).follow()
    cabinet, now = cabinet if cabinet is not None else Cabinet({}, 1), timezone.now()
    cabinet.renew(town_day(now))
    return try_facts(cabinet, now)


@pytest.fixture
def arrive(empty_store: Store) -> Arrive:
    """Return what files facts and has them tried: arrive(text="Musique forte", seed=3)."""

    def make(**said: object) -> pa.Table:
        made = facts(town.current_town().territory, Recipe(**({"until": LAST, "days": 1, "per_day": 3} | said)))  # type: ignore[arg-type]  # fields by name
        empty_store.upsert(made)
        look(empty_store)
        return made

    return make
