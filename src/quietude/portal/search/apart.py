"""Starts and ends the process that keeps the index of texts."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import quietude

END_S = 5.0  # it ends by itself when its input does; where the disk hangs it is killed


def started(facts_dir: Path, search_dir: Path) -> subprocess.Popen[bytes]:
    """Start the process that follows the store in a folder. It ends when this process does, however that happens."""
    return subprocess.Popen(  # noqa: S603 - this same program, told two folders of ours
        [sys.executable, "-m", "quietude.portal.search.follower", str(facts_dir.resolve()), str(search_dir.resolve())],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        env=_environment(),
        start_new_session=True,  # Ctrl+C is for the portal, which ends it in turn
    )


def end(process: subprocess.Popen[bytes]) -> None:
    """End the process, which may have ended by itself."""
    try:
        process.communicate(timeout=END_S)  # closes its input
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _environment() -> dict[str, str]:
    """Return what the process needs of ours; none of our secrets is in it."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "PYTHONPATH": str(Path(quietude.__file__).parents[1]),
        "LANG": "C.UTF-8",
        "MALLOC_ARENA_MAX": "2",  # what one thread freed is there for the others
        "POLARS_MAX_THREADS": "1",
        "OMP_NUM_THREADS": "1",
    }
