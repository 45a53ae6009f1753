from __future__ import annotations

import threading
from pathlib import Path

import pytest
from tests.store.batches import batch
from tests.store.conftest import EVERYONE, opened

from quietude.model.filter.question import Filter
from quietude.store.api import Store, StoreError, checked, frozen, is_laid


def copied(source: Path, target: Path) -> Path:
    """Return a folder with exactly what a frozen store names."""
    with frozen(source) as state:
        contents = [*state.notes, *((name, (source / name).read_bytes()) for name in state.files)]
    for name, content in contents:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_bytes(content)
    return target


@pytest.mark.parametrize("batches", [0, 1, 23], ids=["empty", "before-a-checkpoint", "after-a-checkpoint"])
def test_what_a_frozen_store_names_is_the_whole_store(tmp_path: Path, batches: int) -> None:
    store = opened(tmp_path / "facts")
    for number in range(batches):
        store.append(batch(number))
    copy = copied(tmp_path / "facts", tmp_path / "copy")
    assert Store.reopen(copy).query(EVERYONE, Filter()).equals(store.query(EVERYONE, Filter()))
    assert checked(copy) == store.info()
    for each in (store, Store.reopen(copy)):
        each.append(batch(batches))
    assert Store.reopen(copy).info() == store.info()


def test_writers_wait_while_the_store_is_frozen(tmp_path: Path) -> None:
    store = opened(tmp_path / "facts")
    with frozen(tmp_path / "facts") as state:
        writer = threading.Thread(target=store.append, args=[batch(1)])
        writer.start()
        writer.join(timeout=0.3)
        assert writer.is_alive()
        assert state.files == ()
    writer.join(timeout=30)
    with frozen(tmp_path / "facts") as state:
        assert sum(table.rows for table in state.tables) == batch(1).num_rows


def test_a_missing_or_changed_file_is_named(tmp_path: Path) -> None:
    store = opened(tmp_path / "facts")
    store.append(batch(1))
    path = next((tmp_path / "facts" / "events").rglob("month=*/*.parquet"))
    path.write_bytes(b"nonsense")
    with pytest.raises(StoreError, match=path.name):
        checked(tmp_path / "facts")
    path.unlink()
    with pytest.raises(StoreError, match=path.name):
        checked(tmp_path / "facts")


def test_a_folder_without_a_store_is_said_and_left_empty(tmp_path: Path) -> None:
    assert not is_laid(tmp_path)
    with pytest.raises(StoreError, match="no store"):
        Store.reopen(tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_note_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    opened(tmp_path / "facts")
    (tmp_path / "facts" / "store.json").write_text("{", encoding="utf-8")
    with pytest.raises(StoreError, match=r"store\.json cannot be read"):
        Store.reopen(tmp_path / "facts")


def test_a_damaged_log_is_said_with_the_remedy(tmp_path: Path) -> None:
    opened(tmp_path / "facts").append(batch(1))
    (tmp_path / "facts" / "events" / "_delta_log" / f"{1:020d}.json").write_text("{nonsense", encoding="utf-8")
    with pytest.raises(StoreError, match="from a backup"), frozen(tmp_path / "facts"):
        pytest.fail("a damaged store was taken for a whole one")
