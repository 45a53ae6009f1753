"""Entries become facts: in the store soon after they are written, with every change, and none lost when it fails."""

from __future__ import annotations

import time

import pytest
from tests.portal.logbook.conftest import NOW, Write, said

from quietude.model.event import Event, Status
from quietude.model.identity import event_uid
from quietude.model.viewer import Viewer
from quietude.portal.accounts.models import User
from quietude.portal.logbook import acts, filing
from quietude.portal.logbook.models import Entry, State
from quietude.store.api import Store, StoreError

READER = Viewer.system("test")


def fact(store: Store, entry: Entry) -> Event | None:
    return next(iter(store.event(READER, event_uid(entry.logbook, entry.label))), None)


@pytest.mark.django_db
def test_what_is_written_corrected_closed_and_struck_is_in_the_store(
    empty_store: Store, write: Write, writer: User
) -> None:
    entry = write(action="Rappel à l’ordre.")
    assert filing.file_pending() == 1
    first = fact(empty_store, entry)
    assert first is not None
    assert (first.source, first.text, first.status, first.zones["quarter"]) == (
        "patrols", "Fête au 3e étage.\nRappel à l’ordre.", Status.OPEN, "port",
    )  # fmt: skip
    acts.correct(writer, entry, said(category="parking.illegal"), reason="nature", seen_version=1, now=NOW)
    acts.settle(writer, entry, State.CLOSED, now=NOW)
    filing.file_pending()
    second = fact(empty_store, entry)
    assert second is not None
    assert (second.category, second.status, second.version) == ("parking.illegal", Status.CLOSED, 2)
    acts.strike(writer, entry, reason="doublon", now=NOW)
    filing.file_pending()
    struck = fact(empty_store, entry)
    assert struck is not None
    assert "withdrawn:struck" in struck.flags
    assert filing.file_pending() == 0


@pytest.mark.django_db
def test_crews_agents_and_identities_stay_in_the_logbook(empty_store: Store, write: Write) -> None:
    entry = write(
        crew="Alpha 3", agents="Anne M.", fields={"fines": "2"}, parties=({"role": "witness", "note": "voisine"},)
    )
    filing.file_pending()
    filed = fact(empty_store, entry)
    assert filed is not None
    assert filed.attributes == '{"fines":"2"}'
    assert "Anne" not in repr(filed)


@pytest.mark.django_db
def test_a_store_that_fails_loses_nothing(empty_store: Store, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = write()

    def full(*_: object, **__: object) -> None:
        raise StoreError("disk full")

    with monkeypatch.context() as patched:
        patched.setattr(filing, "file_entries", full)
        with pytest.raises(StoreError):
            filing.file_pending()
    assert Entry.objects.get().filed_revision == 0
    assert filing.file_pending() == 1
    assert fact(empty_store, entry) is not None


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_the_background_files_what_was_committed(empty_store: Store, write: Write) -> None:
    with filing.running():
        entry = write()
        until = time.monotonic() + 60  # a bound for a machine that is busy; two seconds are usual
        while fact(empty_store, entry) is None and time.monotonic() < until:
            time.sleep(0.05)
    assert fact(empty_store, entry) is not None
