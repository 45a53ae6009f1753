"""From the inbox to the store of facts, in the background: in the order of arrival, source by source."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Event

from django.db import DatabaseError, close_old_connections, transaction
from django.db.models import F
from django.utils import timezone

from quietude.ingest.api import Flow, Received, SourceBusyError
from quietude.portal.alarms.arrivals import arriving
from quietude.portal.background import in_background
from quietude.portal.flows import inbox, noting
from quietude.portal.flows.models import Delivery, Fault, FlowState
from quietude.portal.flows.silence import watch_silence
from quietude.portal.town import current_ledger, current_store, current_town, current_vocabulary
from quietude.portal.video_gate.standing import authorisations
from quietude.sources.api import Manifest, ManifestError, SourceError
from quietude.store.api import DiskFullError, StoreError

EVERY_S = 1.0  # looked for besides: what another process took in, or a stop left behind
GATHERED_S = 0.05  # what else comes meanwhile is filed with it: an append costs nearly as much for one as for a hundred
BATCH_RECORDS = 10_000  # when more waits than was expected, larger batches catch up: much of the cost of one is its own
BATCH_MESSAGES = 500
FAULT_WAIT_S = 5.0
FAULTS = (SourceBusyError, ManifestError, SourceError, StoreError, OSError, sqlite3.Error)
log = logging.getLogger(__name__)
_flows: dict[str, Flow] = {}


def file_waiting() -> int:
    """File what waits, one batch a source; return how many records were filed or set aside.

    Safe to repeat, and in several processes: the same records are the same facts, and a source is filed by one at a
    time. What cannot be filed now stays, with the reason in its `FlowState`.
    """
    done = 0
    for source in Delivery.objects.order_by("source").values_list("source", flat=True).distinct():
        done += _file(source)
    return done


def _file(source: str) -> int:
    batch = _batch(source)
    if not batch:
        return 0
    manifest = current_town().sources.get(source)
    if manifest is None or manifest.flow is None:
        _waits(source, Fault.UNKNOWN, f"the town has no source {source!r} that takes records")
        return 0
    name = f"{batch[0].door} #{batch[0].pk}" + (f"-{batch[-1].pk}" if len(batch) > 1 else "")
    now = timezone.now()
    try:
        with arriving(source, now):
            received = _flow(manifest).file(b"".join(bytes(each.content) for each in batch), name, now)
            _settle(batch, received)
    except FAULTS as error:
        _waits(source, _kind(error), str(error))
        log.warning("records of %s could not be filed, they wait: %s", source, type(error).__name__)
        return 0
    return received.records


def _batch(source: str) -> list[Delivery]:
    """Return the next messages of a source, as many as make one batch."""
    chosen: list[Delivery] = []
    records = 0
    for each in Delivery.objects.filter(source=source)[:BATCH_MESSAGES]:
        if chosen and (records + each.records > BATCH_RECORDS or each.door != chosen[0].door):
            break
        chosen.append(each)
        records += each.records
    return chosen


def _flow(manifest: Manifest) -> Flow:
    """Return what files the records of a source, made anew when its manifest was read anew."""
    known = _flows.get(manifest.name)
    if known is None or known.manifest is not manifest or known.store is not current_store():
        known = Flow(current_town(), manifest, current_store(), current_ledger(), current_vocabulary())
        _flows[manifest.name] = known
    if manifest.map.video is not None:
        known.authorisations = authorisations()
    return known


def _settle(batch: Sequence[Delivery], received: Received) -> None:
    source, door = batch[0].source, batch[0].door
    newest = received.newest_at
    with transaction.atomic():
        Delivery.objects.filter(pk__in=[each.pk for each in batch]).delete()
        FlowState.objects.filter(source=source).update(
            filed_at=received.at,
            filed=F("filed") + received.stored,
            quarantined=F("quarantined") + received.quarantined,
            fault=Fault.NONE,
            fault_said="",
            fault_since=None,
        )
        lag_s = (batch[-1].received_at - newest).total_seconds() if newest is not None else None
        noting.filed(source, door, quarantined=received.quarantined, lag_s=lag_s)


def _waits(source: str, fault: Fault, said: str) -> None:
    FlowState.objects.filter(source=source).exclude(fault=fault).update(fault_since=timezone.now())
    FlowState.objects.filter(source=source).update(fault=fault, fault_said=said[:2_000])


def _kind(error: BaseException) -> Fault:
    if isinstance(error, SourceBusyError):
        return Fault.BUSY
    if isinstance(error, DiskFullError):
        return Fault.DISK_FULL
    return Fault.MANIFEST if isinstance(error, ManifestError | SourceError) else Fault.STORE


@contextmanager
def running() -> Iterator[None]:
    """File in the background while the portal is served."""
    with in_background("flows", _run):
        try:
            yield
        finally:
            inbox.wake()


def _run(stopped: Event) -> None:
    while not stopped.is_set():
        if inbox.wait_for_more(EVERY_S):
            stopped.wait(GATHERED_S)
        try:
            while not stopped.is_set() and file_waiting():
                continue
            watch_silence(timezone.now())
            inbox.end_expired(timezone.now())
            if FlowState.objects.exclude(fault=Fault.NONE).exists():
                stopped.wait(FAULT_WAIT_S)
        except DatabaseError as error:  # what was acknowledged waits in the database: nothing is lost
            log.warning("records could not be filed as facts, they wait: %s", type(error).__name__)
            stopped.wait(FAULT_WAIT_S)
        finally:
            close_old_connections()
