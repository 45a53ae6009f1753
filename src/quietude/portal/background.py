"""Work that goes on in a thread while the portal is served."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

STOP_S = 10
"""Seconds that a round has to end when the portal stops."""


@contextmanager
def in_background(name: str, rounds: Callable[[Event], None]) -> Iterator[None]:
    """Run `rounds` in a thread while the block runs; it is given what is set when it is to stop."""
    stopped = Event()
    thread = Thread(target=rounds, args=[stopped], name=name, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join(STOP_S)
