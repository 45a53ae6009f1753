"""SQLite takes one writer at a time. Whoever finds it busy sleeps, up to a tenth of a second, and asks again.

Under a flood whoever just wrote is back before the sleepers wake: a sender waited a second for a lock that was free a
hundred times meanwhile. So the threads of one process queue here, and are called the moment the one before them ends.
Other processes are still waited for by SQLite itself. A transaction that never ends holds nobody up for longer than
SQLite would: after the same time the next one goes on, and SQLite says that it is locked.
"""

from __future__ import annotations

import threading
from collections import deque
from contextlib import suppress
from typing import Any

from django.db.backends.sqlite3 import base

__all__ = ["DatabaseWrapper", "Queue"]


class Queue:
    """Who writes now, and who waits, the first first."""

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._holder: object | None = None
        self._waiting: deque[tuple[object, threading.Event]] = deque()

    def enter(self, who: object, timeout_s: float) -> bool:
        """Wait for one's turn; False where it did not come in time."""
        with self._mutex:
            if self._holder is None:
                self._holder = who
                return True
            if self._holder is who:
                return True
            mine = (who, threading.Event())
            self._waiting.append(mine)
        if mine[1].wait(timeout_s):
            return True
        with self._mutex:
            if self._holder is who:  # called at the last moment
                return True
            with suppress(ValueError):
                self._waiting.remove(mine)
        return False

    def leave(self, who: object) -> None:
        """End one's turn, if it is one's, and call the next."""
        with self._mutex:
            if self._holder is not who:
                return
            self._holder = None
            if self._waiting:
                self._holder, called = self._waiting.popleft()
                called.set()


_queues: dict[str, Queue] = {}
_making = threading.Lock()


def _queue_of(name: str) -> Queue:
    with _making:
        return _queues.setdefault(name, Queue())


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's own, with a queue before each transaction that writes."""

    def _start_transaction_under_autocommit(self) -> None:
        queue = _queue_of(str(self.settings_dict["NAME"]))
        queue.enter(self, float(self.settings_dict["OPTIONS"].get("timeout", 5.0)))
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # missing in the stubs
        except BaseException:
            queue.leave(self)
            raise

    def _commit(self) -> Any:
        done = super()._commit()  # type: ignore[misc]  # missing in the stubs  # where it fails, Django rolls back
        self._leave()
        return done

    def _rollback(self) -> Any:
        try:
            return super()._rollback()  # type: ignore[misc]  # missing in the stubs
        finally:
            self._leave()

    def _close(self) -> Any:
        try:
            return super()._close()  # type: ignore[misc]  # missing in the stubs
        finally:
            self._leave()

    def _leave(self) -> None:
        _queue_of(str(self.settings_dict["NAME"])).leave(self)
