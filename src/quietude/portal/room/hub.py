"""Boards for all open screens of this process: looked up once a change and once for all screens that are equal."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from asgiref.sync import sync_to_async
from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from quietude.portal.alarms.pulse import rung
from quietude.portal.alarms.pulse import stamp as alarms_stamp
from quietude.portal.room.board import Board, Key, board_of
from quietude.portal.town import current_store
from quietude.store.api import StoreError

LOOK_S = 0.2
"""How often all screens together look for what changed."""
RENEWED_S = 10.0
"""How often a board is made anew though nothing changed: shelves end, sources fall silent by the clock alone."""
AT_ONCE = 2
"""Boards that are made at the same time: more would hold up those who write."""
KEPT_S = 60.0
"""How long a board is kept that no screen asks for."""
LOG = logging.getLogger(__name__)


@dataclass(slots=True)
class _Kept:
    """One board, and for which stamp it was made."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    stamp: str = ""
    board: Board | None = None
    asked_at: float = 0.0
    is_good: bool = True


class Hub:
    """What the streams of one event loop share."""

    def __init__(self, look: Callable[[], str], make: Callable[[Key], Board]) -> None:
        self._look, self._make = look, make
        self._stamp = ""
        self._looked_at = 0.0
        self._looking = asyncio.Lock()
        self._rung = rung()
        self._making = asyncio.Semaphore(AT_ONCE)
        self._kept: dict[Key, _Kept] = {}

    async def board(self, key: Key) -> Board | None:
        """Return the board as it is now, None while it cannot be read: whoever shows the last one says it is old."""
        stamp = await self._newest()
        now = time.monotonic()
        kept = self._kept.setdefault(key, _Kept())
        kept.asked_at = now
        async with kept.lock:
            if stamp and kept.stamp != stamp:
                await self._renew(key, kept, stamp)
            return kept.board if kept.is_good and stamp else None

    async def _renew(self, key: Key, kept: _Kept, stamp: str) -> None:
        async with self._making:
            made = await sync_to_async(self._made, thread_sensitive=False)(key)
        kept.is_good = made is not None
        if made is not None:
            kept.stamp, kept.board = stamp, made

    async def _newest(self) -> str:
        """Return the stamp of what there is, at most `LOOK_S` old unless something rang; "" while it cannot be told."""
        async with self._looking:
            if time.monotonic() - self._looked_at >= LOOK_S or self._rung != rung():
                self._rung = rung()
                self._stamp = await sync_to_async(self._looked, thread_sensitive=False)()
                self._looked_at = now = time.monotonic()
                for key in [key for key, kept in self._kept.items() if now - kept.asked_at > KEPT_S]:
                    del self._kept[key]
            return self._stamp

    def _looked(self) -> str:
        try:
            return self._look()
        except (DatabaseError, StoreError, OSError) as error:
            LOG.warning("the room cannot look for changes: %s", type(error).__name__)
            return ""
        finally:
            close_old_connections()

    def _made(self, key: Key) -> Board | None:
        try:
            return self._make(key)
        except (DatabaseError, StoreError, OSError) as error:
            LOG.warning("a board of the room cannot be made: %s", type(error).__name__)
            return None
        finally:
            close_old_connections()


def look() -> str:
    """Return a short text that is another one whenever an alarm or a fact changed, and every `RENEWED_S` seconds."""
    return f"{alarms_stamp()}|{current_store().stamp()}|{int(time.time() // RENEWED_S)}"


def make(key: Key) -> Board:
    """Return the board of now."""
    return board_of(key, timezone.now())


_hubs: dict[int, Hub] = {}


def current_hub() -> Hub:
    """Return the hub of the running event loop; a server has one."""
    loop = id(asyncio.get_running_loop())
    if loop not in _hubs:
        _hubs.clear()  # that of a loop which has ended
        _hubs[loop] = Hub(look, make)
    return _hubs[loop]
