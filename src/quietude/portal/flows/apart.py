"""Starts, wakes and ends the process that files a flood; without one the portal files in a thread of its own."""

from __future__ import annotations

import contextlib
import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread

from quietude.portal.flows.filer import READY
from quietude.portal.town import installation

END_S = 10.0  # the batch at hand is filed to its end; what is killed in the middle is filed again, as the same facts
AGAIN_S = 60.0  # before another is started where one ended by itself: what ends it at once must not take a core
IDLE_S = 120.0  # with so little that a thread can do it, the process gives its memory back
log = logging.getLogger(__name__)


class Filer:
    """The process, from its first need to its end."""

    def __init__(self, on_filed: Callable[[], None]) -> None:
        self._on_filed = on_filed
        self._process: subprocess.Popen[bytes] | None = None
        self._ready = Event()
        self._needed_at = 0.0
        self._ended_at = -AGAIN_S

    @property
    def is_ready(self) -> bool:
        """Tell whether it can file by now."""
        process = self._process
        if process is None or process.poll() is None:
            return process is not None and self._ready.is_set()
        log.error("the process that files records ended (%d); the portal files them itself", process.returncode)
        self._forget()
        return False

    def need(self) -> None:
        """Note that there is more than a thread should do, and start the process where it does not run."""
        self._needed_at = time.monotonic()
        if self._process is None and self._needed_at - self._ended_at > AGAIN_S:
            self._process = started()
            Thread(target=self._hear, args=[self._process], name="flows-filed", daemon=True).start()

    def wake(self) -> None:
        """Tell it that something waits."""
        process = self._process
        if process is not None and process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):  # it ended: the next look sees that
                process.stdin.write(b".")
                process.stdin.flush()

    def rest(self) -> None:
        """End it where it has not been needed for long."""
        if self._process is not None and time.monotonic() - self._needed_at > IDLE_S:
            self.end()

    def end(self) -> None:
        """End it once the batch at hand is filed."""
        process = self._process
        if process is None:
            return
        try:
            if process.stdin is not None:
                with contextlib.suppress(BrokenPipeError):
                    process.stdin.close()
            process.wait(END_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        self._forget()

    def _forget(self) -> None:
        self._process, self._ended_at = None, time.monotonic()
        self._ready.clear()

    def _hear(self, process: subprocess.Popen[bytes]) -> None:
        if process.stdout is None:
            return
        while told := os.read(process.stdout.fileno(), 4096):
            if READY in told and process is self._process:
                self._ready.set()
            self._on_filed()
        process.stdout.close()


def started() -> subprocess.Popen[bytes]:
    """Start the process, with the settings that this one was started with."""
    environ = {
        **os.environ,
        "QUIETUDE_TOWN": installation().town,
        "PYTHONPATH": os.pathsep.join(filter(None, [str(Path(__file__).parents[3]), os.environ.get("PYTHONPATH")])),
    }
    return subprocess.Popen(
        [sys.executable, "-m", "quietude.portal.flows.filer"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environ,
        start_new_session=True,  # Ctrl+C is for the portal, which ends it in turn
    )
