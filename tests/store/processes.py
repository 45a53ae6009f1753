"""Starting writers and readers of `tests.store.batches` as processes of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ENOUGH = 100_000  # rounds: more than any process gets to before it is killed


def environment() -> dict[str, str]:
    """Return this process's environment, with the source and the tests on Python's path."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])}


def started(verb: str, folder: Path, writer: int = 0, count: int = ENOUGH, first: int = 0) -> subprocess.Popen[str]:
    """Start a process that acknowledges each of its rounds on a line of its output."""
    numbers = [str(number) for number in (writer, count, first)]
    return subprocess.Popen(
        [sys.executable, "-m", "tests.store.batches", verb, str(folder), *numbers],
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(processes: list[subprocess.Popen[str]]) -> list[str]:
    """Wait for all; return what those that failed said last."""
    said = [process.communicate()[1] for process in processes]
    return [error[-800:] for process, error in zip(processes, said, strict=True) if process.returncode != 0]
