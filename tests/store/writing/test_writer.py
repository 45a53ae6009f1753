"""A record is in the store once, in its newest version, whatever is imported how often and by whom."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.model.strategies import LEVELS, event_tables, fact, table_of
from tests.store.conftest import EVERYONE, NOON, opened

from quietude.model.event import event_schema
from quietude.model.filter.question import Filter
from quietude.store.api import DiskFullError, Store
from quietude.store.writing.content import key_of

FACTS = table_of([fact(seed) for seed in range(100)])


def with_values(table: pa.Table, **columns: Any) -> pa.Table:
    rows = [row | columns for row in table.to_pylist()]
    return pa.Table.from_pylist(rows, schema=table.schema)


def total(store: Store) -> int:
    return int(store.count(EVERYONE, Filter())["count"][0].as_py())


def test_filing_twice_stores_once(store: Store) -> None:
    first, second = store.upsert(FACTS), store.upsert(FACTS)
    assert (first.filed, first.rows) == (len(FACTS), len(FACTS))
    assert (second.filed, second.updated, second.unchanged) == (0, 0, len(FACTS))
    assert second.version == first.version
    assert total(store) == len(FACTS)


def test_half_then_all_stores_once(store: Store) -> None:
    store.upsert(FACTS.slice(0, 40))
    filed = store.upsert(FACTS)
    assert (filed.filed, filed.unchanged) == (len(FACTS) - 40, 40)
    assert total(store) == len(FACTS)


def test_received_later_is_the_same_content(store: Store) -> None:
    store.upsert(FACTS)
    assert store.upsert(with_values(FACTS, received_at=NOON)).unchanged == len(FACTS)


@pytest.mark.parametrize(
    "column", [name for name in event_schema(LEVELS).names if name in {"title", "text", "severity", "flags", "lon_deg"}]
)
def test_a_changed_column_makes_a_new_version(store: Store, column: str) -> None:
    values: dict[str, Any] = {"severity": 9, "flags": ["changed"], "lon_deg": 1.25}
    store.upsert(FACTS)
    assert store.upsert(with_values(FACTS.slice(0, 3), **{column: values.get(column, "changed")})).updated == 3
    changed = [row for row in store.query(EVERYONE, Filter()).to_pylist() if row["version"] == 2]
    assert len(changed) == 3
    assert {str(row[column]) for row in changed} == {str(values.get(column, "changed"))}


def test_of_a_uid_given_twice_the_last_row_wins(store: Store) -> None:
    twice = pa.concat_tables([FACTS.slice(0, 5), with_values(FACTS.slice(0, 5), title="last")])
    filed = store.upsert(twice)
    assert (filed.filed, filed.repeated, filed.rows) == (5, 5, 10)
    assert set(store.query(EVERYONE, Filter())["title"].to_pylist()) == {"last"}


def test_append_files_what_is_new(store: Store) -> None:
    assert store.append(FACTS).filed == len(FACTS)
    assert store.upsert(FACTS).unchanged == len(FACTS)


def test_an_empty_batch_changes_nothing(store: Store) -> None:
    assert store.upsert(FACTS.slice(0, 0)).rows == 0
    assert store.version == 0


def test_a_moved_fact_is_in_one_month_only_and_leaves_no_gap(store: Store) -> None:
    store.upsert(FACTS)
    moved = with_values(FACTS.slice(0, 10), day=date(2020, 4, 1), occurred_from=datetime(2020, 4, 1, 8, tzinfo=UTC))
    assert store.upsert(moved).updated == 10
    assert total(store) == len(FACTS)
    names = [store.event(EVERYONE, name)[0].day for name in FACTS["id"].to_pylist()[:10]]
    assert names == [date(2020, 4, 1)] * 10


@given(
    table=event_tables(min_size=1, max_size=15),
    steps=st.lists(st.tuples(st.integers(0, 14), st.integers(1, 5), st.integers(-40, 40)), max_size=5),
)
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_order_of_corrections_ends_in_the_last_state_with_all_versions(
    tmp_path_factory: pytest.TempPathFactory, table: pa.Table, steps: list[tuple[int, int, int]]
) -> None:
    store = opened(tmp_path_factory.mktemp("facts"))
    store.upsert(table)
    states = {row["uid"]: [row] for row in table.to_pylist()}
    for position, severity, days in steps:
        history = states[table["uid"][position % len(table)].as_py()]
        row = history[-1]
        moved = timedelta(days=days)
        newer = row | {"severity": severity, "day": row["day"] + moved, "occurred_from": row["occurred_from"] + moved}
        filed = store.upsert(pa.Table.from_pylist([newer], schema=table.schema))
        is_other = (newer["severity"], newer["occurred_from"]) != (row["severity"], row["occurred_from"])
        assert filed.updated == int(is_other)
        history += [newer] * is_other
    names = {row["uid"]: row["id"] for row in store.query(EVERYONE, Filter(), columns=("uid", "id")).to_pylist()}
    assert len(names) == len(table)
    for uid, history in states.items():
        versions = store.event(EVERYONE, names[uid])
        assert [event.day for event in versions] == [row["day"] for row in reversed(history)]
        assert [event.version for event in versions] == list(range(len(history), 0, -1))


def test_facts_whose_keys_collide_stay_apart(store: Store) -> None:
    uids = ["0" * 15 + "a" * 17, "0" * 15 + "b" * 17]
    assert key_of(uids[0]) == key_of(uids[1])
    rows = [FACTS.slice(at, 1).to_pylist()[0] | {"uid": uid, "source": "desk"} for at, uid in enumerate(uids)]
    first, second = (pa.Table.from_pylist([row], schema=FACTS.schema) for row in rows)
    assert store.upsert(first).filed == 1
    assert store.upsert(second).filed == 1
    assert store.upsert(pa.concat_tables([first, second])).unchanged == 2
    assert store.upsert(with_values(first, title="changed")).updated == 1
    found = {row["uid"]: row["version"] for row in store.query(EVERYONE, Filter()).to_pylist()}
    assert found == {uids[0]: 2, uids[1]: 1}


def test_another_process_sees_and_continues(store: Store, tmp_path: Path) -> None:
    other = opened(tmp_path / "facts")
    store.upsert(FACTS.slice(0, 50))
    assert total(other) == 50
    assert other.upsert(FACTS).unchanged == 50
    assert total(store) == len(FACTS)
    assert store.upsert(FACTS).unchanged == len(FACTS)


def test_a_full_disk_is_named_and_nothing_is_half_filed(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.upsert(FACTS.slice(0, 50))
    before = sorted(path for path in (tmp_path / "facts" / "events").rglob("*") if path.is_file())

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("quietude.store.files.os.fsync", full)
        with pytest.raises(DiskFullError, match="free some space, then run the same command again"):
            store.upsert(FACTS)
    assert sorted(path for path in (tmp_path / "facts" / "events").rglob("*") if path.is_file()) == before
    assert total(store) == 50
    assert store.upsert(FACTS).filed == len(FACTS) - 50


def test_an_interrupted_write_leaves_nothing_behind(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.upsert(FACTS.slice(0, 50))

    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("quietude.store.table.statistics", stopped)
        with pytest.raises(KeyboardInterrupt):
            store.upsert(with_values(FACTS, title="changed"))
    assert total(store) == 50
    filed = store.upsert(with_values(FACTS, title="changed"))
    assert (filed.updated, filed.filed) == (50, len(FACTS) - 50)
    versions = store.event(EVERYONE, FACTS["id"][0].as_py())
    assert [event.version for event in versions] == [2, 1]
