"""While the portal is served a fact that any process writes is found within a second, and an erased one no more."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.leaving import leaving
from tests.portal.made_up import Recipe, facts
from tests.store.conftest import opened

from quietude.model.filter.question import Filter
from quietude.model.viewer import Viewer
from quietude.portal import town
from quietude.portal.search import apart
from quietude.portal.search.feeding import current_index, running
from quietude.portal.search.follower import LATEST_S, NICENESS, SOONEST_S, rest_s
from quietude.store.api import Store

ROOT = Path(__file__).resolve().parents[3]
EVERYTHING = Viewer.system("test")
AT_MOST_S = 60.0  # a second is meant, once the process runs; a busy machine is given more
PARENT = """
import sys, threading, pathlib
from quietude.portal.search.apart import started
started(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
print("started", flush=True)
threading.Event().wait()
"""


def wait_until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + AT_MOST_S
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


def finds(count: int) -> Callable[[], bool]:
    return lambda: current_index().count(EVERYTHING, Filter(), None) == count


@pytest.fixture
def processes(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """Return the processes that are started meanwhile."""
    begun: list[subprocess.Popen[bytes]] = []
    start = apart.started

    def started(facts_dir: Path, search_dir: Path) -> subprocess.Popen[bytes]:
        begun.append(start(facts_dir, search_dir))
        return begun[-1]

    monkeypatch.setattr(apart, "started", started)
    return begun


@pytest.mark.django_db
def test_what_is_written_and_erased_is_followed_by_a_process_that_is_started_again_when_it_is_killed(
    empty_store: Store, processes: list[subprocess.Popen[bytes]]
) -> None:
    made = facts(town.current_town().territory, Recipe(until=datetime(2026, 5, 1, tzinfo=UTC), days=2, per_day=5))
    with running(again_s=0):
        empty_store.append(made.slice(0, 6))
        wait_until(finds(6))
        assert os.getpriority(os.PRIO_PROCESS, processes[0].pid) == min(19, os.nice(0) + NICENESS)
        processes[0].kill()
        empty_store.append(made.slice(6))
        wait_until(finds(10))
        empty_store.erase(made["uid"].to_pylist()[:3], reason="test", by="test")
        wait_until(finds(7))
    assert [process.poll() is not None for process in processes] == [True, True]


def test_the_process_is_gone_when_the_one_that_started_it_was_killed(tmp_path: Path) -> None:
    opened(tmp_path / "facts")
    with (
        subprocess.Popen(
            [sys.executable, "-c", PARENT, str(tmp_path / "facts"), str(tmp_path / "search")],
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "src")},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as parent,
        leaving(parent),
    ):
        assert parent.stdout is not None
        assert parent.stdout.readline() == "started\n"
        parent.kill()
        assert parent.communicate(timeout=AT_MOST_S) == ("", "")  # both held its ends: the other one closed them too


@pytest.mark.parametrize(
    ("worked_s", "rested_s"), [(0.002, SOONEST_S), (0.2, 0.4), (90.0, LATEST_S)], ids=["at rest", "busy", "flood"]
)
def test_a_flood_is_taken_in_by_fewer_larger_rounds(worked_s: float, rested_s: float) -> None:
    assert rest_s(worked_s) == rested_s
