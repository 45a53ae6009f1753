"""Processes that tests start: gone when the test ends, however it ends. A failed test must not wait for a server."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def leaving(process: subprocess.Popen[str]) -> Iterator[subprocess.Popen[str]]:
    """Kill a process that still runs at the end of the block: `with Popen(…) as server, leaving(server):`."""
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
