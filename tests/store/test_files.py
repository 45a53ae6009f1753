"""Whatever step of a write the disk is full at, nothing is half-filed, and the same write goes through later."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest
from tests.store.batches import batch
from tests.store.conftest import EVERYONE, opened

from quietude.model.filter.question import Filter
from quietude.store.api import DiskFullError, Store

STEPS = 15  # more flushes than any of these writes makes
NOTHING = "nothing of this write was filed"
FLUSH = os.fsync


def filled(folder: Path) -> Store:
    store = opened(folder)
    store.upsert(pa.concat_tables([batch(0), batch(1)]))
    return store


def rows(store: Store) -> list[tuple[str, str, str, int]]:
    columns = ("uid", "title", "status", "version")
    found = store.query(EVERYONE, Filter(), columns=columns, order_by=("uid",))
    return list(zip(*(found[name].to_pylist() for name in columns), strict=True))


def full_at(step: int) -> Callable[[int], None]:
    """Return a flush that finds the disk full once, after so many that went well."""
    errors = iter([None] * step + [OSError(errno.ENOSPC, "No space left on device")])

    def flushed(handle: int) -> None:
        error = next(errors, None)
        if error is not None:
            raise error
        FLUSH(handle)

    return flushed


def said(write: Callable[[Store], object], store: Store) -> str:
    """Return what a write says when it does not go through, nothing when it does."""
    try:
        write(store)
    except DiskFullError as error:
        return str(error)
    return ""


WRITES = [
    pytest.param(lambda store: store.upsert(batch(2)), id="new"),
    pytest.param(lambda store: store.upsert(pa.concat_tables([batch(0, title="second"), batch(2)])), id="update"),
    pytest.param(lambda store: store.retract("source 0", batch(1)["uid"].to_pylist(), reason="absent"), id="retract"),
    pytest.param(lambda store: store.erase(batch(1)["uid"].to_pylist(), reason="request", by="dpo"), id="erase"),
]


@pytest.mark.parametrize("write", WRITES)
def test_a_disk_that_is_full_at_any_step_leaves_all_of_a_write_or_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: Callable[[Store], object]
) -> None:
    whole = filled(tmp_path / "whole")
    before = rows(whole)
    write(whole)
    after = rows(whole)
    messages = []
    for step in range(STEPS):
        store = filled(tmp_path / str(step))
        with monkeypatch.context() as patched:
            patched.setattr("quietude.store.files.os.fsync", full_at(step))
            messages.append(said(write, store))
        left = rows(opened(tmp_path / str(step)))
        assert left in (before, after), f"half-filed at step {step}"
        assert left == before or NOTHING not in messages[-1], f"untrue at step {step}: {messages[-1]}"
        write(store)
        assert rows(opened(tmp_path / str(step))) == after, f"not made good after step {step}"
    assert any(NOTHING in message for message in messages)


def test_maintenance_on_a_full_disk_changes_no_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = filled(tmp_path / "facts")
    store.upsert(batch(2))
    before = rows(store)
    for step in range(STEPS):
        with monkeypatch.context() as patched:
            patched.setattr("quietude.store.files.os.fsync", full_at(step))
            said(Store.maintain, store)
        assert rows(opened(tmp_path / "facts")) == before
        assert store.count(EVERYONE, Filter())["count"].to_pylist() == [len(before)]
    store.maintain()
    assert rows(opened(tmp_path / "facts")) == before
