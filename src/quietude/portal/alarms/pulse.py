"""Tells open screens that something changed: a stamp that grows, looked at by one task for all of them.

Who changes something in this process rings, so that they look at once; what another process changed they find at
their next look.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from threading import Lock

from django.db.models import Max, Sum

from quietude.portal.alarms.models import AlarmStep, Memory

LEAST_S = 0.05
"""How long a screen that was rung leaves others the processor before it looks."""
_lock = Lock()
_waiting: set[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = set()
_BESIDES: dict[str, Callable[[], int]] = {}


def watch_besides(name: str, newest: Callable[[], int]) -> None:
    """Have open screens hear of something else as well: `newest` returns a number that grows when it changed."""
    _BESIDES[name] = newest


def stamp() -> str:
    """Return a short text that is another one whenever something changed that open screens show."""
    changes = Memory.objects.aggregate(all=Sum("changes"))["all"] or 0
    last = AlarmStep.objects.aggregate(last=Max("pk"))["last"] or 0
    return ".".join([f"{changes:x}", f"{last:x}", *(f"{newest():x}" for newest in _BESIDES.values())])


class _Bell:
    rung = 0


def rung() -> int:
    """Return how often something rang: who looked since the last time need not look again."""
    return _Bell.rung


def ring() -> None:
    """Have the open screens of this process look at once; from any thread."""
    with _lock:
        _Bell.rung += 1
        waiting = list(_waiting)
    for loop, rung in waiting:
        with suppress(RuntimeError):  # its loop ended meanwhile
            loop.call_soon_threadsafe(rung.set)


async def wait_for_ring(seconds: float) -> bool:
    """Wait until something rings, or so long; tell whether it rang."""
    rung = asyncio.Event()
    mine = (asyncio.get_running_loop(), rung)
    with _lock:
        _waiting.add(mine)
    try:
        await asyncio.wait_for(rung.wait(), seconds)
    except TimeoutError:
        return False
    else:
        await asyncio.sleep(LEAST_S)
        return True
    finally:
        with _lock:
            _waiting.discard(mine)
