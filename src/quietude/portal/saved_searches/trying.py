"""Tries what is new on the saved searches in the background while the portal is served."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event as Stop

from django.db import DatabaseError, close_old_connections
from django.utils import timezone
from filelock import FileLock, Timeout

from quietude.portal.background import in_background
from quietude.portal.saved_searches.filed import Cabinet
from quietude.portal.saved_searches.ringing import try_documents, try_facts
from quietude.portal.town import current_store, installation, town_day
from quietude.search.api import FIELDS, analysed
from quietude.store.api import StoreError

EVERY_S = 1.0
"""Facts of a second are judged together: an owner's rights are asked once for all of them."""
FAULT_WAIT_S = 5.0
SAMPLE = 5_000  # facts that the frequency of terms is learnt from: enough to tell rare ones from common ones
RENEWED_AFTER = timedelta(days=1)
log = logging.getLogger(__name__)


def cabinet_of_store() -> Cabinet:
    """Return an empty cabinet that knows how frequent terms are in the newest facts."""
    store, counts, texts = current_store(), Counter[str](), 0
    for _, files in sorted(store.parts().items(), reverse=True):
        for name in reversed(files):
            if texts >= SAMPLE:
                return Cabinet(counts, texts)
            for row in next(iter(store.part(name, FIELDS, SAMPLE))).to_pylist():
                counts.update(analysed(row).terms)
                texts += 1
    return Cabinet(counts, texts)


@contextmanager
def running() -> Iterator[None]:
    """Try what is new in the background while the portal is served."""
    with in_background("saved searches", _run):
        yield


def _run(stopped: Stop) -> None:
    """Take turns with other processes of this machine; those of others are kept apart by the unique rings."""
    lock = FileLock(installation().var_dir / "saved_searches.lock", thread_local=False)
    while not stopped.is_set():
        try:
            with lock.acquire(timeout=0):
                _rounds(stopped)
        except Timeout:
            stopped.wait(FAULT_WAIT_S)


def _rounds(stopped: Stop) -> None:
    cabinet, made_at = None, timezone.now()
    while not stopped.is_set():
        wait_s, now = EVERY_S, timezone.now()
        try:
            if cabinet is None or now - made_at > RENEWED_AFTER:
                cabinet, made_at = cabinet_of_store(), now
            cabinet.renew(town_day(now))
            try_facts(cabinet, now)
            while try_documents(cabinet, now) and not stopped.is_set():
                pass
        except (DatabaseError, OSError, StoreError) as error:  # nothing is lost: what was not tried comes again
            log.error("new facts could not be tried on the saved searches, they wait: %s", type(error).__name__)
            wait_s = FAULT_WAIT_S
        finally:
            close_old_connections()
        stopped.wait(wait_s)
