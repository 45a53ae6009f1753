"""What happens at each door, noted for whoever looks how the flows do."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from django.db import DatabaseError, transaction
from django.db.models import F, Value
from django.db.models.functions import Coalesce, Greatest

from quietude.portal.flows.models import DoorState, FlowHour, FlowState

SAID_LENGTH = 2_000
log = logging.getLogger(__name__)


def received(source: str, door: str, records: int, now: datetime) -> None:
    """Count what came by a door; within the transaction that keeps it. The source's row is held until that ends."""
    FlowState.objects.get_or_create(source=source, defaults={"last_at": now})
    FlowState.objects.filter(source=source).update(
        last_at=Greatest("last_at", Value(now)), received=F("received") + records
    )
    DoorState.objects.get_or_create(source=source, door=door)
    DoorState.objects.filter(source=source, door=door).update(
        last_at=Greatest(Coalesce("last_at", Value(now)), Value(now)),
        received=F("received") + records,
        failures=0,
        error_said="",
        error_at=None,
    )
    hour = now.replace(minute=0, second=0, microsecond=0)
    FlowHour.objects.get_or_create(source=source, door=door, hour=hour)
    FlowHour.objects.filter(source=source, door=door, hour=hour).update(records=F("records") + records)


def refused(source: str, door: str, said: str, now: datetime) -> None:
    """Count a message that was not taken, with the reason."""
    _noted(source, door, refused=F("refused") + 1, error_said=said[:SAID_LENGTH], error_at=now)


def failed(source: str, door: str, said: str, now: datetime) -> None:
    """Note that a door does not work: a broker, a server or a folder does not answer."""
    _noted(source, door, failures=F("failures") + 1, error_said=said[:SAID_LENGTH], error_at=now)


def works(source: str, door: str) -> None:
    """Note that a door works again."""
    _noted(source, door, failures=0, error_said="", error_at=None)


def lost(source: str, door: str, said: str, now: datetime) -> None:
    """Note that what a broker acknowledged may be lost: it stays to be seen, whatever works again."""
    _remember(source, door, lost_at=now.isoformat(), lost_said=said[:SAID_LENGTH])


def subscribed(source: str, door: str, name: str) -> None:
    """Note that a broker was asked to keep what comes for a portal of that name."""
    if not is_subscribed(source, door, name):
        _remember(source, door, subscribed=name)


def is_subscribed(source: str, door: str, name: str) -> bool:
    """Tell whether a broker was asked so before; False where the database does not say."""
    try:
        return DoorState.objects.filter(source=source, door=door, memory__subscribed=name).exists()
    except DatabaseError:
        return False


def _remember(source: str, door: str, **said: str) -> None:
    try:
        with transaction.atomic():
            state, _is_new = DoorState.objects.select_for_update().get_or_create(source=source, door=door)
            state.memory |= said
            state.save(update_fields=["memory"])
    except DatabaseError as error:
        log.warning("what happened at a door of %s could not be noted: %s", source, type(error).__name__)


def _noted(source: str, door: str, **said: Any) -> None:
    """Note something that is not counted where the database does not answer: the flow itself does not wait for it."""
    try:
        with transaction.atomic():
            DoorState.objects.get_or_create(source=source, door=door)
            DoorState.objects.filter(source=source, door=door).update(**said)
    except DatabaseError as error:
        log.warning("what happened at a door of %s could not be noted: %s", source, type(error).__name__)


def filed(source: str, door: str, *, quarantined: int, lag_s: float | None) -> None:
    """Note what became of a batch."""
    DoorState.objects.filter(source=source, door=door).update(
        quarantined=F("quarantined") + quarantined, lag_s=lag_s if lag_s is not None else F("lag_s")
    )
