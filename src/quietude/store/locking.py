"""The one lock that all writers of a store share, between processes and between threads."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock

_POLL_S = 0.005  # a small write takes 30 ms: waiting longer between looks would leave the lock idle


class WritersLock:
    """Held by one writer at a time; waiting is patient, never an error. A killed holder's lock is free at once.

    A thread may take it again while it holds it.
    """

    def __init__(self, path: Path) -> None:
        self._threads = threading.RLock()
        self._processes = FileLock(path, timeout=-1, poll_interval=_POLL_S, thread_local=False)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lock."""
        with self._threads, self._processes:
            yield
