"""From entries to facts: what was written goes to the store within two seconds, as any source's records do."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from operator import itemgetter

import numpy as np
import numpy.typing as npt
import orjson
from django.db import DatabaseError, close_old_connections, transaction
from django.db.models import F
from django.utils import timezone

from quietude.ingest.api import LoggedEntry, file_entries
from quietude.model.event import Regime, Sensitivity, Status
from quietude.portal.alarms.arrivals import arriving_of
from quietude.portal.logbook.content import Content
from quietude.portal.logbook.models import Entry, EntryVersion, State
from quietude.portal.town import current_store, current_town
from quietude.store.api import StoreError

BATCH = 500  # an append of so many takes 22 to 56 ms
EVERY_S = 1.0  # looked for besides: entries that another process wrote, or that a stop left behind
GATHERED_S = 0.4  # what else is written meanwhile is filed with it: an append costs nearly as much for one as for ten
log = logging.getLogger(__name__)
_written = threading.Event()
STATUSES = {State.OPEN: Status.OPEN, State.UNDER_WAY: Status.UNDER_WAY, State.CLOSED: Status.CLOSED}


def soon() -> None:
    """Have the entries that this transaction writes filed once it is committed."""
    transaction.on_commit(_written.set)


def file_pending(*, limit: int = BATCH) -> int:
    """File entries whose fact is not up to date, the first written first; return how many.

    Safe to repeat and to run in several processes: a fact filed twice is the same fact.
    """
    waiting = list(Entry.objects.filter(revision__gt=F("filed_revision")).order_by("pk")[:limit])
    town = current_town()
    known = [entry for entry in waiting if entry.logbook in town.logbooks]
    if not known:
        return 0
    versions = {
        version.entry_id: version
        for version in EntryVersion.objects.filter(entry__in=known, version=F("entry__version")).defer("identities")
    }
    ready = [entry for entry in known if entry.pk in versions]
    now = timezone.now()
    with arriving_of(sorted({entry.logbook for entry in ready}), now):
        file_entries(current_store(), town, [_logged(entry, versions[entry.pk]) for entry in ready], now=now)
    for revision, keys in groupby(sorted((entry.revision, entry.pk) for entry in ready), key=itemgetter(0)):
        filed = Entry.objects.filter(pk__in=[pk for _, pk in keys], filed_revision__lt=revision)
        filed.update(filed_revision=revision)  # one that changed meanwhile keeps its turn
    return len(ready)


def _logged(entry: Entry, version: EntryVersion) -> LoggedEntry:
    content = Content.model_validate(version.content)
    logbook = current_town().logbooks[entry.logbook]
    return LoggedEntry(
        logbook=entry.logbook,
        number=entry.label,
        occurred_from=entry.occurred_at,
        occurred_to=entry.occurred_to,
        reported_at=entry.written_at,
        category=content.category or None,
        source_category=content.words or None,
        category_by=f"person:{entry.author_id}",
        severity=entry.severity,
        status=STATUSES[State(entry.state)],
        origin=logbook.origin,
        text="\n".join(part for part in (content.text, content.action) if part),
        lon_deg=entry.lon_deg,
        lat_deg=entry.lat_deg,
        accuracy_m=entry.accuracy_m,
        place_label=entry.place_label or None,
        located_by=content.place.located_by or None,
        regime=Regime(entry.regime),
        sensitivity=Sensitivity(entry.sensitivity),
        reality=logbook.reality,
        attributes=_attributes(content),
        is_struck=entry.is_struck,
    )


def _attributes(content: Content) -> str | None:
    """Return the logbook's own fields as JSON; crews and agents stay in the logbook."""
    return orjson.dumps(content.fields, option=orjson.OPT_SORT_KEYS).decode() if content.fields else None


def degrees(lon_deg: float, lat_deg: float) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return one place in the form that the territory takes."""
    return np.array([lon_deg]), np.array([lat_deg])


@contextmanager
def running() -> Iterator[None]:
    """File in the background while the portal is served."""
    stop = threading.Event()
    thread = threading.Thread(target=_run, args=[stop], name="logbook-filing", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        _written.set()
        thread.join(timeout=10)


def _run(stop: threading.Event) -> None:
    while not stop.is_set():
        if _written.wait(EVERY_S):
            stop.wait(GATHERED_S)
        _written.clear()
        try:
            while file_pending() == BATCH and not stop.is_set():
                continue
        except (DatabaseError, StoreError, OSError) as error:  # entries wait in the database: nothing is lost
            log.warning("entries could not be filed as facts, they wait: %s", error)
            stop.wait(5)
        finally:
            close_old_connections()
