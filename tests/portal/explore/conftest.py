"""A store of made-up facts for Explore: crowded places, facts without a place, fictional and hidden ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from bench.explore_facts import make_facts
from django.core.cache import caches
from django.test import Client
from pytest_django import Settings
from tests.portal.conftest import viewer_of_role

from quietude.model.viewer import Viewer
from quietude.portal import town
from quietude.portal.accounts.roles import Role
from quietude.portal.explore.answers import Reader
from quietude.portal.explore.freshness import rights_of
from quietude.portal.rights.groups import Group
from quietude.store.api import Store

FIRST, LAST = date(2022, 1, 1), date(2023, 12, 31)
FACTS = 3000


@pytest.fixture(scope="session")
def explored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a var folder whose store holds the facts; nobody writes to it."""
    var_dir = tmp_path_factory.mktemp("explored")
    configured = town.current_town()
    store = Store.open(
        var_dir / "valcombe" / "facts", levels=configured.territory.level_names, timezone=configured.timezone
    )
    store.append(make_facts(configured.territory, town.current_vocabulary(), FACTS, seed=3, first=FIRST, last=LAST))
    return var_dir


@pytest.fixture
def store(explored: Path, settings: Settings, db: None) -> Iterator[Store]:
    """Return the portal's store with those facts in it."""
    settings.QUIETUDE = replace(settings.QUIETUDE, var_dir=explored)
    town.current_store.cache_clear()
    caches["explore"].clear()
    yield town.current_store()
    town.current_store.cache_clear()
    caches["explore"].clear()


@pytest.fixture
def agent(store: Store, sign_in: Callable[..., Client]) -> Client:
    """Return the browser of an agent, who sees exact places and may export."""
    return sign_in(Role.AGENT)


@pytest.fixture
def elected(store: Store, sign_in: Callable[..., Client]) -> Client:
    """Return the browser of an elected official, who sees zones but no exact place."""
    return sign_in(Role.ELECTED)


@pytest.fixture
def reader(store: Store) -> Reader:
    """Return the agent as the answers know them."""
    return reader_for(store, viewer_of_role(Role.AGENT, *Group))


def reader_for(store: Store, viewer: Viewer) -> Reader:
    """Return a viewer as the answers know them."""
    return Reader(
        store=store,
        viewer=viewer,
        territory=town.current_town().territory,
        cache=caches["explore"],
        rights=rights_of(viewer),
        stamp=store.stamp(),
        coloured=frozenset({"noise", "damage", "traffic"}),
    )
