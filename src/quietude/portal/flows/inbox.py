"""The inbox's one rule: acknowledged means on disk. What is taken in here is filed whatever happens afterwards."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Sum, Value
from django.db.models.functions import Greatest

from quietude.portal.flows.models import Delivery, FlowHour, FlowState
from quietude.portal.town import current_town
from quietude.sources.api import Manifest, Sent

WAITING_MOST = 200_000
"""Records that wait at most, of all sources together: beyond that senders are asked to keep theirs for a while."""
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


def take_in(source: str, door: str, sent: Sent, *, sender: str, now: datetime) -> Delivery:
    """Keep what a sender brought; durable when this returns.

    Raises:
        NoFlowError: the source takes nothing by this door.
        FullError: too much waits.
        DatabaseError: it could not be written: nothing is acknowledged.
    """
    flow_of(source, door)
    if waiting_records() + sent.records > WAITING_MOST:
        raise FullError
    hour = now.replace(minute=0, second=0, microsecond=0)
    with transaction.atomic():
        kept = Delivery.objects.create(
            source=source, door=door, sender=sender, received_at=now, content=sent.lines, records=sent.records
        )
        FlowState.objects.get_or_create(source=source, defaults={"last_at": now})
        FlowState.objects.filter(source=source).update(
            last_at=Greatest("last_at", Value(now)), received=F("received") + sent.records
        )
        FlowHour.objects.get_or_create(source=source, hour=hour)
        FlowHour.objects.filter(source=source, hour=hour).update(records=F("records") + sent.records)
        transaction.on_commit(_came.set)
    return kept


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
    """Delete counts that nothing is compared with any more; return how many."""
    return FlowHour.objects.filter(hour__lt=now - HOURS_KEPT).delete()[0]
