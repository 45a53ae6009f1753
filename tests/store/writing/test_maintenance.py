"""Maintenance makes the tables quick and changes no answer."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.store.batches import batch
from tests.store.conftest import EVERYONE, opened

from quietude.model.filter.question import Filter
from quietude.store.api import Store
from quietude.store.table import Table
from quietude.store.writing import maintenance


def answers(store: Store) -> tuple[object, ...]:
    rows = store.query(EVERYONE, Filter(), order_by=("uid",)).to_pylist()
    by = ("month", "family", "zone_quartier", "source")
    return rows, store.count(EVERYONE, Filter(), by).to_pylist(), store.matrix(EVERYONE, Filter()).tolist()


@pytest.fixture
def filed(store: Store) -> Store:
    for number in range(5):
        store.append(batch(number))
    store.upsert(batch(0, title="second"))
    return store


def test_no_answer_changes(filed: Store) -> None:
    before = answers(filed)
    done = filed.maintain()
    assert done.files_after < done.files_before
    assert done.cube_months == 3
    assert answers(filed) == before


def test_what_is_in_order_is_left_alone(filed: Store) -> None:
    filed.maintain()
    version = filed.version
    again = filed.maintain()
    assert (again.months_compacted, again.cube_months) == (0, 0)
    assert filed.version == version


def test_small_files_are_joined_in_passing(store: Store) -> None:
    for number in range(24):
        store.append(batch(number))
    events = next(info for info in store.info() if info.name == "events")
    assert events.rows == 24 * 40
    assert events.files < 3 * 12, "each of three months got a file with every batch"


def test_the_log_is_shortened_in_passing(store: Store, tmp_path: Path) -> None:
    for number in range(22):
        store.append(batch(number))
    assert list((tmp_path / "facts" / "events" / "_delta_log").glob("*.checkpoint.parquet"))
    assert opened(tmp_path / "facts").count(EVERYONE, Filter())["count"].to_pylist() == [22 * 40]


def test_files_that_no_version_needs_are_deleted_after_the_retention(
    filed: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("quietude.store.table._HOURS", 0)
    before = answers(filed)
    orphan = tmp_path / "facts" / "events" / "month=2019-03" / "left-by-a-crash.parquet"
    orphan.write_bytes(b"PAR1")
    filed.maintain()
    deleted = filed.maintain().files_deleted
    kept = {path.name for path in (tmp_path / "facts" / "events").rglob("month=*/*.parquet")}
    named = {file.path.rpartition("/")[2] for file in filed._folder.events.snapshot().files}
    assert kept == named
    assert deleted >= 0
    assert answers(filed) == before


def test_a_reader_with_an_old_list_of_files_survives_their_deletion(
    filed: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = opened(tmp_path / "facts")
    before = answers(reader)
    stale = filed._folder.events.snapshot()
    snapshots = iter([stale])
    original = Table.snapshot
    newest = reader._folder.events.snapshot
    monkeypatch.setattr("quietude.store.table._HOURS", 0)
    filed.maintain()
    filed.maintain()
    monkeypatch.setattr(
        "quietude.store.table.Table.snapshot",
        lambda table: next(snapshots, None) or newest() if table.layout.name == "events" else original(table),
    )
    assert reader.query(EVERYONE, Filter(), order_by=("uid",)).to_pylist() == before[0]


def test_a_month_that_is_still_written_is_not_rewritten_whole(filed: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    files = filed._folder.events.snapshot().by_month["2019-03"]
    monkeypatch.setattr(maintenance, "SMALL_ROWS", min(file.rows for file in files))
    assert maintenance._worth_joining(files, is_open=True) == []
    assert len(maintenance._worth_joining(files, is_open=False)) == len(files)
