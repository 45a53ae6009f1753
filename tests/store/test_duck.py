"""The engine forgets files that are gone, and goes on answering while it does."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from quietude.store.engines import duck
from quietude.store.engines.base import Plan
from quietude.store.engines.duck import DuckEngine

SCHEMA = pa.schema([("name", pa.string()), ("number", pa.int64())])
FEW = 8


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DuckEngine:
    monkeypatch.setattr(duck, "FORGOTTEN_AFTER", FEW)
    return DuckEngine(tmp_path / "spill")


@pytest.fixture
def plan(engine: DuckEngine) -> Plan:
    facts = ibis.table(ibis.Schema.from_pyarrow(SCHEMA), name="facts")
    return engine.compile(facts.select("number"), {"facts": SCHEMA})


def files(folder: Path) -> Iterator[Path]:
    number = 0
    while True:
        number += 1
        path = folder / f"{number}.parquet"
        pq.write_table(pa.table({"name": ["x"], "number": [number]}, SCHEMA), path)
        yield path


def held_bytes(engine: DuckEngine) -> int:
    found = engine.cursor().execute("SELECT sum(memory_usage_bytes)::BIGINT FROM duckdb_memory()").fetchone()
    assert found is not None
    return int(found[0] or 0)


def test_what_is_kept_of_files_that_are_gone_does_not_grow(engine: DuckEngine, plan: Plan, tmp_path: Path) -> None:
    most: list[int] = []
    for number, path in zip(range(6 * FEW), files(tmp_path), strict=False):
        assert engine.run(plan, {"facts": [str(path)]})["number"].to_pylist() == [number + 1]
        path.unlink()
        most.append(held_bytes(engine))
    assert max(most[:FEW]) > 0
    assert max(most) <= 2 * max(most[:FEW])  # of six times as many files


def test_files_that_are_there_are_not_forgotten(engine: DuckEngine, plan: Plan, tmp_path: Path) -> None:
    made = [str(path) for _, path in zip(range(3 * FEW), files(tmp_path), strict=False)]
    for path in made:
        engine.run(plan, {"facts": [path]})
    held = held_bytes(engine)
    for path in made:
        engine.run(plan, {"facts": [path]})
    assert held_bytes(engine) == held


def test_a_table_without_files_is_empty_after_forgetting_too(engine: DuckEngine, plan: Plan, tmp_path: Path) -> None:
    assert engine.run(plan, {}).num_rows == 0
    for _, path in zip(range(2 * FEW), files(tmp_path), strict=False):
        engine.run(plan, {"facts": [str(path)]})
        path.unlink()
    assert engine.run(plan, {}).num_rows == 0


def test_threads_that_read_meanwhile_are_answered(engine: DuckEngine, plan: Plan, tmp_path: Path) -> None:
    kept = tmp_path / "kept.parquet"
    pq.write_table(pa.table({"name": ["x", "y"], "number": [1, 2]}, SCHEMA), kept)
    stop = threading.Event()

    def read() -> int:
        done = 0
        while not stop.is_set():
            assert engine.run(plan, {"facts": [str(kept)]}).num_rows == 2
            assert engine.run(plan, {}).num_rows == 0
            assert sum(batch.num_rows for batch in engine.batches(plan, {"facts": [str(kept)]}, 1)) == 2
            done += 1
        return done

    with ThreadPoolExecutor(3) as pool:
        reading = [pool.submit(read) for _ in range(3)]
        for _, path in zip(range(8 * FEW), files(tmp_path), strict=False):
            engine.run(plan, {"facts": [str(path)]})
            path.unlink()
        stop.set()
        assert all(each.result() for each in reading)
