"""Facts on their way from whoever files them to the engine that judges them: none is passed over."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import transaction

from quietude.portal.alarms.models import Arrival

FORGOTTEN_AFTER = timedelta(minutes=1)
_came = threading.Event()


@contextmanager
def arriving(source: str, received_at: datetime) -> Iterator[None]:
    """Have the facts that are filed in this block judged: those of `source` with this `received_at`.

    What is to be judged is noted before anything is filed. Killed in between, or failing, it is judged nevertheless:
    of what was filed nothing is passed over, of what was not there is nothing to find.
    """
    with arriving_of([source], received_at):
        yield


@contextmanager
def arriving_of(sources: Sequence[str], received_at: datetime) -> Iterator[None]:
    """Have the facts of several sources judged, as `arriving`."""
    made = [Arrival.objects.create(source=source, received_at=received_at) for source in sources]
    try:
        yield
    finally:
        for each in made:
            if not Arrival.objects.filter(pk=each.pk).update(
                is_settled=True
            ):  # taken for a killed writer's, and judged
                arrived(each.source, received_at)
        transaction.on_commit(_came.set)


def settle_left_behind() -> int:
    """Take for ended what a killed process left behind; return how many. A live one asks for a second look itself."""
    return Arrival.objects.filter(is_settled=False).update(is_settled=True)


def settle_forgotten(now: datetime) -> int:
    """Take for ended what should have ended long ago; return how many.

    The end of a writing could not be noted, as on a disk that was full, or the clock was set. A writer that is at work
    for so long asks for a second look itself.
    """
    forgotten = Arrival.objects.filter(is_settled=False).exclude(
        received_at__range=(now - FORGOTTEN_AFTER, now + FORGOTTEN_AFTER)
    )
    return forgotten.update(is_settled=True) if forgotten.exists() else 0


def arrived(source: str, received_at: datetime) -> None:
    """Have facts judged that are filed already."""
    Arrival.objects.create(source=source, received_at=received_at, is_settled=True)
    transaction.on_commit(_came.set)


def wait_for_more(seconds: float) -> bool:
    """Wait until facts come in this process, or so long; tell whether they came."""
    came = _came.wait(seconds)
    _came.clear()
    return came


def wake() -> None:
    """End the wait of whoever judges, at once."""
    _came.set()
