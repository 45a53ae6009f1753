"""An import is taken back whole: what it brought is gone, what it changed is as before, nothing else is touched."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest
from tests.model.strategies import fact, table_of
from tests.store.conftest import EVERYONE, opened
from tests.store.writing.test_verbs import traces, with_values

from quietude.model.filter.question import Filter
from quietude.store.api import Store

FIRST, SECOND = datetime(2026, 1, 1, 8, tzinfo=UTC), datetime(2026, 2, 1, 8, tzinfo=UTC)
FACTS = with_values(table_of([fact(seed) for seed in range(60)]).slice(0, 40), source="logbook", flags=None)
CANARY = "canary-taken-back-51c9"


def imported(store: Store, rows: pa.Table, at: datetime) -> None:
    store.upsert(with_values(rows, received_at=at))


def state(store: Store) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = store.query(EVERYONE, Filter()).to_pylist()
    return sorted(rows, key=lambda row: str(row["uid"]))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Return a store in which another source and a first import of this one are filed."""
    found = opened(tmp_path / "facts")
    found.upsert(with_values(table_of([fact(seed) for seed in range(1000, 1010)]), source="other", received_at=SECOND))
    imported(found, FACTS.slice(0, 20), FIRST)
    return found


def test_what_the_import_brought_leaves_every_file(store: Store, tmp_path: Path) -> None:
    before = state(store)
    imported(store, with_values(FACTS.slice(20), title=CANARY), SECOND)
    taken = store.take_back("logbook", SECOND)
    assert (taken.gone, taken.restored, taken.kept) == (20, 0, 0)
    assert state(store) == before
    assert traces(tmp_path / "facts", [CANARY]) == []


def test_what_the_import_changed_is_as_before(store: Store, tmp_path: Path) -> None:
    before = state(store)
    imported(store, with_values(FACTS.slice(10, 20), title=CANARY), SECOND)
    taken = store.take_back("logbook", SECOND)
    assert (taken.gone, taken.restored) == (10, 10)
    assert state(store) == before
    assert [version.version for row in before for version in store.event(EVERYONE, str(row["id"]))] == [1] * len(before)
    assert traces(tmp_path / "facts", [CANARY]) == []


def test_what_was_changed_again_since_goes_too(store: Store) -> None:
    before = state(store)
    imported(store, with_values(FACTS.slice(10, 20), title="once"), SECOND)
    store.amend(with_values(FACTS.slice(10, 20), title="twice", received_at=SECOND))
    store.take_back("logbook", SECOND)
    assert state(store) == before


def test_what_was_taken_back_may_be_imported_again(store: Store) -> None:
    imported(store, FACTS.slice(20), SECOND)
    store.take_back("logbook", SECOND)
    filed = store.upsert(with_values(FACTS.slice(20), received_at=SECOND))
    assert (filed.filed, filed.refused) == (20, 0)


def test_what_a_person_restricted_since_is_left(store: Store) -> None:
    imported(store, FACTS.slice(20, 2), SECOND)
    store.amend(with_values(FACTS.slice(20, 1), received_at=SECOND, flags=["restricted:request"]))
    taken = store.take_back("logbook", SECOND)
    assert (taken.gone, taken.kept) == (1, 1)


def test_an_import_that_filed_nothing_changes_nothing(store: Store) -> None:
    before, version = state(store), store.version
    assert store.take_back("logbook", SECOND).gone == 0
    assert (state(store), store.version) == (before, version)
