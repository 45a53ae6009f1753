"""Writers, maintenance, erasures and readers at the same time: no error, nothing lost, nothing twice."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
from tests.store.batches import ROWS, batch, look
from tests.store.conftest import EVERYONE, opened
from tests.store.processes import ended, started

from quietude.model.filter.question import Filter
from quietude.store.api import Store


def uids(store: Store) -> list[str]:
    found = store.query(EVERYONE, Filter(), columns=("uid",))["uid"].to_pylist()
    assert len(found) == len(set(found))
    return sorted(found)


def expected(writers: int, batches: int) -> list[str]:
    tables = [batch(number, writer=writer) for writer in range(writers) for number in range(batches)]
    return sorted(uid for table in tables for uid in table["uid"].to_pylist())


@pytest.mark.slow
def test_processes_that_import_the_same_facts_maintain_and_read_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "facts"
    opened(folder)
    rounds = 4
    processes = [
        *(started("file", folder, writer=number // 2, count=rounds) for number in range(6)),
        started("maintain", folder, count=2),
        *(started("read", folder, count=12) for _ in range(2)),
    ]
    assert ended(processes) == []
    assert uids(opened(folder)) == expected(writers=3, batches=rounds)


def test_threads_of_one_store_write_maintain_and_read_at_once(store: Store) -> None:
    is_over = Event()

    def write(writer: int) -> None:
        for number in range(4):
            store.upsert(batch(number, writer=writer))
            store.upsert(batch(number, writer=writer, title="second"))

    def read() -> int:
        seen = 0
        while not is_over.is_set():
            seen = look(store, seen)
        return look(store, seen)

    with ThreadPoolExecutor(6) as pool:
        readers = [pool.submit(read) for _ in range(2)]
        writers = [pool.submit(write, writer) for writer in (0, 0, 1)]
        keeper = pool.submit(lambda: [store.maintain() for _ in range(2)])
        try:
            for writer in writers:
                writer.result()
            keeper.result()
        finally:
            is_over.set()
        assert [reader.result() for reader in readers] == [8 * ROWS] * 2
    assert uids(store) == expected(writers=2, batches=4)
    titles = store.query(EVERYONE, Filter(), columns=("title",))["title"].unique().to_pylist()
    assert titles == ["second"]


def test_readers_meet_no_error_while_facts_are_erased(tmp_path: Path) -> None:
    folder = tmp_path / "facts"
    store, reader = opened(folder), opened(folder)
    for number in range(4):
        store.append(batch(number))
    store.maintain()
    gone = batch(0)["uid"].to_pylist()[:6]

    def erase() -> None:
        for uid in gone:
            store.erase([uid], reason="request", by="dpo")

    def counts() -> list[int]:
        answers = [reader.query(EVERYONE, Filter(), columns=("uid",)).num_rows]
        answers += reader.count(EVERYONE, Filter())["count"].to_pylist()
        return [*answers, int(reader.matrix(EVERYONE, Filter()).sum())]

    with ThreadPoolExecutor(2) as pool:
        eraser = pool.submit(erase)
        told = [counts()]
        while not eraser.done():
            told.append(counts())
        eraser.result()
    told.append(counts())
    totals = [answer[0] for answer in told]
    assert totals == sorted(totals, reverse=True)
    assert totals[-1] == 4 * ROWS - len(gone)
    assert told[-1][1] == totals[-1]


@pytest.mark.parametrize(
    "others",
    [
        pytest.param(lambda store: store.maintain(), id="maintenance"),
        pytest.param(lambda store: store.upsert(batch(0, title="second")), id="update"),
        pytest.param(lambda store: [store.append(batch(number)) for number in range(50, 62)], id="compaction"),
    ],
)
def test_an_export_under_way_ends_with_the_facts_it_began_with(
    tmp_path: Path, others: Callable[[Store], object]
) -> None:
    folder = tmp_path / "facts"
    store, reader = opened(folder), opened(folder)
    for number in range(4):
        store.append(batch(number))
    before = store.query(EVERYONE, Filter(), order_by=("uid",)).to_pylist()
    export = reader.stream(EVERYONE, Filter(), batch_rows=10)
    rows = next(export).to_pylist()
    others(store)
    store.maintain()
    rows += [row for part in export for row in part.to_pylist()]
    assert sorted(rows, key=lambda row: row["uid"]) == before


def test_a_view_of_the_past_answers_the_same_after_maintenance(store: Store) -> None:
    for number in range(4):
        store.append(batch(number))
    past = store.at(version=store.version)
    before = past.query(EVERYONE, Filter(), order_by=("uid",)).to_pylist()
    store.upsert(batch(0, title="second"))
    store.maintain()
    store.maintain()
    assert past.query(EVERYONE, Filter(), order_by=("uid",)).to_pylist() == before
    assert past.count(EVERYONE, Filter())["count"].to_pylist() == [len(before)]


def test_a_writer_waits_for_the_lock_however_long_it_is_held(store: Store, tmp_path: Path) -> None:
    other = opened(tmp_path / "facts")
    with ThreadPoolExecutor(1) as pool, store._folder.lock.held():
        waiting = pool.submit(other.upsert, batch(0))
        begun = time.monotonic()
        while time.monotonic() - begun < 0.2:
            assert not waiting.done()
            assert other.count(EVERYONE, Filter())["count"].to_pylist() == [0]
    assert waiting.result().filed == ROWS
