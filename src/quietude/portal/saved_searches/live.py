"""Server-sent events: open pages hear how much is new in the searches of their reader."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.db import DatabaseError, close_old_connections
from django.db.models import Max
from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from quietude.portal.accounts.access import Right, requires, user_of
from quietude.portal.accounts.models import User
from quietude.portal.alarms.live import let_go
from quietude.portal.saved_searches.models import Ring, SavedSearch
from quietude.portal.saved_searches.news import new_to, rung
from quietude.store.api import StoreError

LOOK_S = 1.0
"""How often a page looks whether something rang: asked once for all pages of a process."""
BEAT_S = 10.0
OPEN_S = 300.0
"""How long one stream lasts: the browser opens the next by itself, and rights are asked again."""


class _Look:
    """A number that grows when something rang or was looked at, asked for once for all streams."""

    def __init__(self) -> None:
        self._stamp, self._at, self._rung = "", 0.0, 0
        self._lock: asyncio.Lock | None = None

    async def newest(self) -> str:
        if self._lock is None:
            self._lock = asyncio.Lock()
        async with self._lock:
            if time.monotonic() - self._at >= LOOK_S or self._rung != rung():
                self._rung = rung()
                self._stamp = await sync_to_async(_stamp, thread_sensitive=False)() or self._stamp
                self._at = time.monotonic()
            return self._stamp


_look = _Look()


def _stamp() -> str:
    try:
        last = Ring.objects.aggregate(last=Max("pk"))["last"] or 0
        looked = SavedSearch.objects.aggregate(last=Max("seen_at"))["last"]
    except DatabaseError:
        return ""
    else:
        return f"{last}.{looked.timestamp() if looked is not None else 0}"
    finally:
        close_old_connections()


@require_GET
@requires(Right.EXPLORE, answers="data")
def stream(request: HttpRequest) -> StreamingHttpResponse:
    """Send `news` with how much is new to the reader whenever that changed, `beat` in between."""
    user = user_of(request)
    content = _events(user.pk) if isinstance(request, ASGIRequest) else iter([_event("news", str(_new(user.pk)))])
    answer = StreamingHttpResponse(content, content_type="text/event-stream; charset=utf-8")
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Accel-Buffering"] = "no"  # a proxy that gathers would hold the news back
    return answer


async def _events(key: int) -> AsyncIterator[bytes]:
    await let_go()
    began = spoke = time.monotonic()
    known, told = "", -1
    yield b"retry: 5000\n\n"
    while (now := time.monotonic()) - began < OPEN_S:
        newest = await _look.newest()
        if newest != known:
            count = await sync_to_async(_count, thread_sensitive=False)(key)
            known = newest if count is not None else known
            if count is not None and count != told:
                told, spoke = count, now
                yield _event("news", str(count))
        if now - spoke >= BEAT_S:
            spoke = now
            yield _event("beat", "")
        await asyncio.sleep(LOOK_S)


def _event(name: str, said: str) -> bytes:
    return f"event: {name}\ndata: {said}\n\n".encode()


def _new(key: int) -> int:
    user = User.objects.filter(pk=key, is_active=True).first()
    return new_to(user, timezone.now()) if user is not None else 0


def _count(key: int) -> int | None:
    """Return how much is new to an account, in a thread whose connection no request holds; None without an answer."""
    try:
        return _new(key)
    except (DatabaseError, StoreError):
        return None
    finally:
        close_old_connections()
