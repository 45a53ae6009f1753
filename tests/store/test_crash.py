"""Killed at any moment, the store opens, has every acknowledged batch, and nothing twice."""

from __future__ import annotations

import random
import subprocess
import sys
from collections import Counter
from pathlib import Path
from threading import Timer

import pyarrow.parquet as pq
import pytest
from tests.store.batches import ROWS, batch
from tests.store.conftest import EVERYONE, opened
from tests.store.processes import ROOT, ended, environment, started

from quietude.model.filter.question import Filter
from quietude.store.api import Store

ROUNDS = 8


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


def in_force(store: Store) -> dict[str, tuple[str, int]]:
    """Return title and version of each fact; fail where one is there twice."""
    rows = store.query(EVERYONE, Filter(), columns=("uid", "title", "version")).to_pylist()
    found = {row["uid"]: (row["title"], row["version"]) for row in rows}
    assert len(found) == len(rows)
    return found


def superseded(store: Store) -> set[tuple[str, int, str]]:
    """Return uid, version and title of the versions in the history."""
    history = store._folder.history
    tables = [pq.read_table(history.root / file.path, partitioning=None) for file in history.snapshot().files]
    columns = ("uid", "version", "title")
    return {row for table in tables for row in zip(*(table[name].to_pylist() for name in columns), strict=True)}


def after_steps(count: int) -> dict[str, tuple[str, int]]:
    """Return title and version of each fact after so many steps of an import that nobody kills."""
    kinds = [divmod(number, 4) for number in range(count)]
    first = {uid: ("first", 1) for pair, kind in kinds if kind < 2 for uid in uids_of(2 * pair + kind)}
    return first | {uid: ("second", 2) for pair, kind in kinds if kind == 2 for uid in uids_of(2 * pair)}


def uids_of(number: int) -> list[str]:
    return list(batch(number)["uid"].to_pylist())


def is_between(found: dict[str, tuple[str, int]], done: int) -> bool:
    """Tell whether all of the first steps show, and of the following one everything or nothing."""
    return found in (after_steps(done), after_steps(done + 1))


@pytest.mark.slow
def test_an_import_killed_again_and_again_ends_as_one_that_was_not(tmp_path: Path) -> None:
    folder = tmp_path / "facts"
    opened(folder)
    dice = random.Random(7)
    done = 0
    for _ in range(ROUNDS):
        process = started("step", folder, first=done)
        given = killed(process, after=dice.randint(1, 3), moment_s=dice.uniform(0, 0.25))
        assert given == list(range(done, done + len(given)))
        done += len(given)
        found = in_force(opened(folder))
        assert is_between(found, done), f"after {done} steps"
        followed = {(uid, 1, "first") for uid, (_, version) in found.items() if version == 2}
        assert followed <= superseded(opened(folder))
    last = done + 8 - done % 4
    assert ended([started("step", folder, count=last, first=done)]) == []
    found = in_force(opened(folder))
    assert found == after_steps(last)
    assert superseded(opened(folder)) == {(uid, 1, "first") for uid, (_, version) in found.items() if version == 2}
    assert opened(folder).count(EVERYONE, Filter())["count"].to_pylist() == [len(found)]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
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
@pytest.mark.parametrize("seed", range(2))
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
@pytest.mark.parametrize("seed", range(2))
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
def test_a_disk_quota_reached_in_a_write_is_named_and_the_store_goes_on(tmp_path: Path) -> None:
    folder = tmp_path / "facts"
    store = opened(folder)
    store.upsert(batch(0))
    code = (
        "import resource, sys; from pathlib import Path; from tests.store.batches import run;"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)); run('file', Path(sys.argv[1]), 1, 1)"
    )
    process = subprocess.run(
        [sys.executable, "-c", code, str(folder)],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert "DiskFullError: no space left" in process.stderr
    assert len(uids(store)) == ROWS
    assert store.upsert(batch(1)).filed == ROWS
