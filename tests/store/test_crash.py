"""Killed at any moment, the store opens, has every acknowledged batch, and nothing twice."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path
from threading import Timer

import pytest
from tests.store.batches import ROWS, batch
from tests.store.conftest import EVERYONE, opened

from quietude.model.filter.question import Filter
from quietude.store.api import Store

ROOT = Path(__file__).resolve().parents[2]
ENOUGH = 100_000  # batches: more than any writer gets to before it is killed


def started(verb: str, folder: Path, writer: int = 0, count: int = ENOUGH) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.store.batches", verb, str(folder), str(writer), str(count)]
    path = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def killed(process: subprocess.Popen[str], after: int, moment_s: float) -> list[int]:
    """Kill a writer a moment after its first acknowledgements; return the numbers of those it gave."""
    assert process.stdout is not None
    given = [int(process.stdout.readline()) for _ in range(after)]
    timer = Timer(moment_s, process.kill)
    timer.start()
    given += [int(line) for line in process.stdout if line.endswith("\n")]
    process.wait()
    timer.cancel()
    assert process.returncode == -9
    return given


def uids(store: Store) -> Counter[str]:
    return Counter(store.query(EVERYONE, Filter(), columns=("uid",))["uid"].to_pylist())


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_a_killed_import_loses_no_acknowledged_batch(tmp_path: Path, seed: int) -> None:
    folder = tmp_path / "facts"
    opened(folder)
    dice = random.Random(seed)
    acknowledged = set(killed(started("file", folder), after=dice.randint(1, 12), moment_s=dice.uniform(0, 0.3)))
    store = opened(folder)
    found = uids(store)
    expected = {uid for number in acknowledged for uid in batch(number)["uid"].to_pylist()}
    assert expected <= set(found)
    assert set(found.values()) == {1}
    assert len(found) % ROWS == 0, "a batch is filed whole or not at all"
    assert len(found) // ROWS <= len(acknowledged) + 1
    assert store.upsert(batch(len(acknowledged))).rows == ROWS
    assert set(uids(store).values()) == {1}


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_a_killed_update_leaves_one_version_in_force(tmp_path: Path, seed: int) -> None:
    folder = tmp_path / "facts"
    opened(folder)
    dice = random.Random(100 + seed)
    acknowledged = killed(started("update", folder), after=dice.randint(2, 9), moment_s=dice.uniform(0, 0.3))
    store = opened(folder)
    assert set(uids(store).values()) == {1}
    rows = store.query(EVERYONE, Filter(), columns=("id", "uid", "title", "version")).to_pylist()
    title_of = {row["uid"]: (row["title"], row["version"]) for row in rows}
    twice = [number // 2 for number in acknowledged if number % 2 == 1]
    assert {title_of[uid] for number in twice for uid in batch(number)["uid"].to_pylist()} <= {("round 1", 2)}
    for row in rows[:5]:
        versions = [event.version for event in store.event(EVERYONE, row["id"])]
        assert versions == list(range(row["version"], 0, -1))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_a_killed_maintenance_changes_no_fact(tmp_path: Path, seed: int) -> None:
    folder = tmp_path / "facts"
    store = opened(folder)
    for number in range(6):
        store.append(batch(number))
    before = uids(store)
    moment_s = random.Random(200 + seed).uniform(0, 0.6)
    writer = started("file", folder, writer=1, count=3)
    process = started("maintain", folder)
    killed(process, after=0, moment_s=1.5 + moment_s)
    writer.communicate()
    assert writer.returncode == 0
    found = uids(opened(folder))
    assert before <= found
    assert len(found) == len(before) + 3 * ROWS
    assert set(found.values()) == {1}
    opened(folder).maintain()
    assert uids(opened(folder)) == found


@pytest.mark.slow
def test_six_writers_and_a_maintenance_meet_without_error_or_double(tmp_path: Path) -> None:
    folder = tmp_path / "facts"
    opened(folder)
    rounds = 4
    processes = [started("file", folder, writer=number // 2, count=rounds) for number in range(6)]
    processes.append(started("maintain", folder, count=2))
    ended = [process.communicate() for process in processes]
    assert [process.returncode for process in processes] == [0] * 7, [error[-800:] for _, error in ended]
    found = uids(opened(folder))
    assert set(found.values()) == {1}
    assert len(found) == 3 * rounds * ROWS


@pytest.mark.slow
def test_a_disk_quota_reached_in_a_write_is_named_and_the_store_goes_on(tmp_path: Path) -> None:
    folder = tmp_path / "facts"
    store = opened(folder)
    store.upsert(batch(0))
    code = (
        "import resource, sys; from pathlib import Path; from tests.store.batches import run;"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)); run('file', Path(sys.argv[1]), 1, 1)"
    )
    path = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    process = subprocess.run(
        [sys.executable, "-c", code, str(folder)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "DiskFullError: no space left" in process.stderr
    assert len(uids(store)) == ROWS
    assert store.upsert(batch(1)).filed == ROWS
