"""Work that goes on in a thread while the portal is served: what it did not foresee stops no portal from working."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

from django.db import close_old_connections

STOP_S = 10
"""Seconds that a round has to end when the portal stops."""
AGAIN_S = 5.0
"""Seconds after a fault that the work did not foresee: then it begins again, as a portal started anew would."""
log = logging.getLogger(__name__)


@contextmanager
def in_background(name: str, rounds: Callable[[Event], None], *, again_s: float = AGAIN_S) -> Iterator[None]:
    """Run `rounds` in a thread while the block runs; it is given what is set when it is to stop.

    Whatever it raises is logged, and it is begun again: a disk that is full for a minute must not end alarms for ever.
    """
    stopped = Event()
    thread = Thread(target=_again_and_again, args=[name, rounds, stopped, again_s], name=name, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join(STOP_S)


def _again_and_again(name: str, rounds: Callable[[Event], None], stopped: Event, again_s: float) -> None:
    while not stopped.is_set():
        try:
            rounds(stopped)
        except Exception:
            log.exception("%s: a fault that was not foreseen; it begins again in %g s", name, again_s)
            close_old_connections()
            stopped.wait(again_s)
        else:
            return
