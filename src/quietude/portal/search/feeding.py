"""Keeps the index up with the store while the portal is served, whichever process writes the facts.

The work is done by a process of its own, which is started, watched and ended here. In a thread of the portal it held
Python's lock a good part of the time under a flood of facts, and alarms and pages waited for it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from threading import Event

from quietude.config import Settings
from quietude.portal.background import in_background
from quietude.portal.search import apart
from quietude.portal.town import current_store, installation
from quietude.search.api import Index
from quietude.store.api import Store

LOOK_S = 0.5  # how soon it is seen that the process ended by itself
AGAIN_S = 5.0  # before it is started again: what ends it at once must not take a core
log = logging.getLogger(__name__)


def current_index() -> Index:
    """Return the index of the town's facts, opened once."""
    return _opened(installation().search_dir, current_store())


@lru_cache(maxsize=1)  # a process serves one town
def _opened(folder: Path, store: Store) -> Index:
    return Index(folder, store)


@contextmanager
def running(*, again_s: float = AGAIN_S) -> Iterator[None]:
    """Have the store followed while the portal is served; a process that ended is started again after `again_s`."""
    current_store()  # lays the folder that the process opens
    settings = installation()

    def rounds(stopped: Event) -> None:
        _watch(settings, stopped, again_s)

    with in_background("search", rounds):
        yield


def _watch(settings: Settings, stopped: Event, again_s: float) -> None:
    while not stopped.is_set():
        process = apart.started(settings.facts_dir, settings.search_dir)
        try:
            while process.poll() is None and not stopped.wait(LOOK_S):
                pass
        finally:
            apart.end(process)
        if not stopped.is_set():
            log.error("the process that keeps the index of texts ended (%d); it is started again", process.returncode)
            stopped.wait(again_s)
