"""The inbox's one rule: acknowledged means on disk. What is taken in here is filed whatever happens afterwards."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Sum

from quietude.portal.flows import chains, noting
from quietude.portal.flows.models import AlertChain, Delivery, FlowHour, SeenSignature
from quietude.portal.town import current_town
from quietude.sources.api import Manifest, Sent, sent_of

WAITING_MOST = 200_000
"""Records that wait at most, of all sources together: beyond that senders are asked to keep theirs for a while."""
WAITING_MOST_OF_ONE = 100_000
"""Records of one source that wait at most: one that sends without measure is refused before the others are."""
EXPIRED_AT_ONCE = 200
CLOCK = "clock"
"""The door of what comes from nobody: the end of an alert whose time is over."""
HOURS_KEPT = timedelta(days=57)  # eight weeks of the same hour of the week, and the present day
_came = threading.Event()


class NoFlowError(LookupError):
    """The town has no such source, or none that takes records by this door."""


class FullError(RuntimeError):
    """So much waits that nothing more is taken for now."""


def flow_of(source: str, door: str) -> Manifest:
    """Return the manifest of a source that takes records by a door.

    Raises:
        NoFlowError: there is none.
    """
    manifest = current_town().sources.get(source)
    if manifest is None or manifest.flow is None or door not in manifest.flow.doors:
        raise NoFlowError(source)
    return manifest


def take_in(source: str, door: str, sent: Sent, *, sender: str, now: datetime) -> Delivery | None:
    """Keep what a sender brought; durable when this returns, or when the caller's transaction ends.

    None where it states no fact: an acknowledgement, or the end of an alert that has not come yet, which is remembered.

    Raises:
        NoFlowError: the source takes nothing by this door.
        FullError: too much waits.
        DatabaseError: it could not be written: nothing is acknowledged.
    """
    flow_of(source, door)
    if is_full(source, sent.records):
        noting.refused(source, door, f"{waiting_records()} records wait already: more are not taken", now)
        raise FullError
    with transaction.atomic():
        noting.received(source, door, sent.records, now)
        lines, records = sent.lines, sent.records
        if sent.alerts:
            told = [record for alert in sent.alerts for record in chains.join(source, alert, now)]
            lines, records = sent_of(told).lines, len(told)
        return _keep(source, door, Sent(lines, records), sender, now) if records else None


def _keep(source: str, door: str, sent: Sent, sender: str, now: datetime) -> Delivery:
    transaction.on_commit(_came.set)
    return Delivery.objects.create(
        source=source, door=door, sender=sender, received_at=now, content=sent.lines, records=sent.records
    )


def end_expired(now: datetime) -> int:
    """Have the alerts closed whose time is over; return how many."""
    ended = 0
    for chain in AlertChain.objects.filter(is_open=True, expires_at__lte=now)[:EXPIRED_AT_ONCE]:
        with transaction.atomic():
            told = chains.told_now(chain, now)
            if told:
                _keep(chain.source, CLOCK, sent_of(told), CLOCK, now)
        ended += 1
    return ended


def is_full(source: str, more: int) -> bool:
    """Tell whether so many records more cannot be taken: a source that sends too much leaves room for the others."""
    of_source = Delivery.objects.filter(source=source).aggregate(records=Sum("records"))["records"] or 0
    return of_source + more > WAITING_MOST_OF_ONE or waiting_records() + more > WAITING_MOST


def waiting_records() -> int:
    """Return how many records wait to be filed."""
    return Delivery.objects.aggregate(records=Sum("records"))["records"] or 0


def wait_for_more(seconds: float) -> bool:
    """Wait until something comes in this process, or so long; tell whether it came."""
    came = _came.wait(seconds)
    _came.clear()
    return came


def wake() -> None:
    """End the wait of whoever files, at once."""
    _came.set()


def forget_old_hours(now: datetime) -> int:
    """Delete counts and signatures that nothing is compared with any more; return how many."""
    signatures = SeenSignature.objects.filter(until__lt=now).delete()[0]
    return signatures + FlowHour.objects.filter(hour__lt=now - HOURS_KEPT).delete()[0]
