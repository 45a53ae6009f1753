"""Facts by their names: exactly those that a list would show the viewer, whatever their grants."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from tests.model.strategies import fact, table_of, viewers
from tests.store.conftest import opened

from quietude.model.filter.question import Filter
from quietude.model.viewer import Viewer
from quietude.store.api import Store

SYSTEM = Viewer.system("test")


@pytest.fixture(scope="module")
def filed() -> Iterator[Store]:
    """Return a store with sixty facts of many kinds."""
    with tempfile.TemporaryDirectory() as folder:
        store = opened(Path(folder))
        store.upsert(table_of([fact(seed) for seed in range(60)]))
        yield store


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(viewer=viewers())
def test_those_are_listable_that_a_list_shows(filed: Store, viewer: Viewer) -> None:
    names = filed.query(SYSTEM, Filter(), columns=("id",))["id"].to_pylist()
    assert len(names) > 40
    listed = filed.query(viewer, Filter(), columns=("id",))["id"].to_pylist()
    assert filed.listable(viewer, [*names, "202601-" + "f" * 32, "no name"]) == set(listed)


def test_a_corrected_fact_is_found_in_the_month_it_moved_to(tmp_path: Path) -> None:
    store = opened(tmp_path)
    row = fact(1)
    store.upsert(table_of([row]))
    (name,) = store.query(SYSTEM, Filter(), columns=("id",))["id"].to_pylist()
    other = next(each for each in map(fact, range(2, 400)) if each["day"].month != row["day"].month)
    moved = row | {key: other[key] for key in ("occurred_from", "occurred_to", "day", "hour_of_week", "time_precision")}
    store.upsert(table_of([moved]))
    assert store.listable(SYSTEM, [name]) == {name}


def test_nothing_is_listable_to_whoever_has_no_grant(filed: Store) -> None:
    names = filed.query(SYSTEM, Filter(), columns=("id",))["id"].to_pylist()
    assert filed.listable(Viewer(who="user:1"), names) == frozenset()
