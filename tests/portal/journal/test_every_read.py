"""The proxy that holds every test of the portal to the journal finds what it should."""

from __future__ import annotations

import pytest
from tests.portal.conftest import viewer_of_role
from tests.portal.reads import Reads

from quietude.model.filter.question import Filter
from quietude.model.viewer import Viewer
from quietude.portal import town
from quietude.portal.accounts.roles import Role
from quietude.store.api import Store


def bare() -> Store:
    """Return the same facts, past the watch."""
    found = town.current_town()
    folder = town.installation().facts_dir
    return Store.open(folder, levels=found.territory.level_names, timezone=found.timezone)


@pytest.mark.usefixtures("store")
def test_a_read_past_the_watch_is_found(every_nominative_read: Reads) -> None:
    bare().query(viewer_of_role(Role.AGENT), Filter(), columns=["id", "title"], limit=1)
    assert len(every_nominative_read.unnoted) == 1
    every_nominative_read.unnoted.clear()


def test_what_is_watched_or_shows_nobody_is_not(store: Store, every_nominative_read: Reads) -> None:
    store.query(viewer_of_role(Role.AGENT), Filter(), columns=["id", "title"], limit=1)
    bare().query(viewer_of_role(Role.ELECTED), Filter(), columns=["id", "title"], limit=1)
    bare().query(Viewer.system("test"), Filter(), limit=1)
    assert every_nominative_read.unnoted == []
