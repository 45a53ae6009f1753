"""The proxy that holds every test of the portal to the journal finds what it should."""

from __future__ import annotations

import inspect
from datetime import date

import pytest
from tests.portal.conftest import SignIn, viewer_of_role
from tests.portal.reads import SILENT, WATCHED, Reads, third_parties

from quietude.model.filter.question import Filter
from quietude.model.viewer import Viewer
from quietude.portal import town
from quietude.portal.accounts.roles import Role
from quietude.portal.journal.watching import WatchedStore
from quietude.portal.protection.models import PersonRequest
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


@pytest.mark.usefixtures("store")
def test_an_export_the_past_and_a_count_past_the_watch_are_found_too(every_nominative_read: Reads) -> None:
    reader = viewer_of_role(Role.AGENT)
    bare().stream(reader, Filter(), columns=["id", "day"])
    bare().past(reader, Filter(), columns=["id", "title"])
    bare().count(reader, Filter(), by=("title",))
    assert [read.split()[0] for read in every_nominative_read.unnoted] == ["stream", "past", "count"]
    every_nominative_read.unnoted.clear()


def test_exports_the_past_and_counts_by_the_watch_are_noted(store: Store, every_nominative_read: Reads) -> None:
    reader = viewer_of_role(Role.AGENT)
    next(store.stream(reader, Filter(), columns=["id", "title"]))
    list(store.past(reader, Filter(), columns=["id", "title"]))
    store.count(reader, Filter(), by=("title",))
    store.latest(reader, Filter(), 2)
    store.count(reader, Filter(), by=("day",))
    assert every_nominative_read.unnoted == []
    bare().stream(reader, Filter(), columns=["id", "title"])
    assert len(every_nominative_read.unnoted) == 1
    every_nominative_read.unnoted.clear()


def test_every_read_of_the_store_is_watched_or_says_why_it_shows_nobody() -> None:
    reads = {
        name
        for name, method in inspect.getmembers(Store, inspect.isfunction)
        if not name.startswith("_") and "viewer" in inspect.signature(method).parameters
    }
    assert reads == WATCHED | set(SILENT)
    assert set(vars(WatchedStore)) >= WATCHED


def test_the_tables_that_name_third_parties_are_known() -> None:
    assert {model._meta.label for model in third_parties()} == {
        "protection.Breach",
        "protection.Disposal",
        "protection.Hold",
        "protection.PersonRequest",
    }


def test_a_page_that_shows_a_request_without_a_line_is_found(
    sign_in: SignIn, every_nominative_read: Reads, empty_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = PersonRequest.objects.create(reference="2026-1", kind="erase", received_on=date(2026, 6, 1))
    officer = sign_in(Role.DPO)
    assert officer.get(f"/protection/requests/{made.pk}/").status_code == 200
    assert every_nominative_read.unnoted == []
    monkeypatch.setattr("quietude.portal.protection.views.persons.note_read", lambda *_: None)
    assert officer.get(f"/protection/requests/{made.pk}/").status_code == 200
    assert every_nominative_read.unnoted == [f"GET /protection/requests/{made.pk}/: protection.PersonRequest"]
    every_nominative_read.unnoted.clear()
