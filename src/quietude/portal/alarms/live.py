"""Server-sent events: open screens hear that something changed, and that the portal is there."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.db import DatabaseError, close_old_connections, connections
from django.http import HttpRequest, StreamingHttpResponse
from django.views.decorators.http import require_GET

from quietude.portal.accounts.access import Right, requires
from quietude.portal.alarms.pulse import rung, stamp, wait_for_ring

LOOK_S = 0.3
"""How often a screen looks for what changed when nothing rang: what another process changed."""
BEAT_S = 10.0
"""How often a screen hears that the portal is there; it says that it is stale after three that did not come."""
OPEN_S = 300.0
"""How long one stream lasts: the browser opens the next by itself, and rights are asked again."""


class _Look:
    """The stamp, looked up once for all streams."""

    def __init__(self) -> None:
        self.stamp = ""
        self._at = 0.0
        self._rung = rung()
        self._lock: asyncio.Lock | None = None

    async def newest(self) -> str:
        """Return the stamp, at most `LOOK_S` old unless something rang; the last known while there is no answer."""
        if self._lock is None:
            self._lock = asyncio.Lock()
        async with self._lock:
            if time.monotonic() - self._at >= LOOK_S or self._rung != rung():
                self._rung = rung()
                self.stamp = await sync_to_async(_stamp, thread_sensitive=False)() or self.stamp
                self._at = time.monotonic()
            return self.stamp


_look = _Look()


@require_GET
@requires(Right.SEE_ALARMS, answers="data")
def stream(request: HttpRequest) -> StreamingHttpResponse:
    """Send `changed` with a new stamp whenever an alarm changed, `beat` in between; resumes after a cut."""
    known = request.headers.get("Last-Event-ID", "")
    content = _events(known) if isinstance(request, ASGIRequest) else iter([_event("changed", stamp())])
    answer = StreamingHttpResponse(content, content_type="text/event-stream; charset=utf-8")
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Accel-Buffering"] = "no"  # a proxy that gathers would hold alarms back
    return answer


async def _events(known: str) -> AsyncIterator[bytes]:
    await let_go()
    began = spoke = time.monotonic()
    yield b"retry: 2000\n\n"
    while (now := time.monotonic()) - began < OPEN_S:
        newest = await _look.newest()
        if newest != known:
            known, spoke = newest, now
            yield _event("changed", newest)
        elif now - spoke >= BEAT_S:
            spoke = now
            yield _event("beat", newest)
        await wait_for_ring(LOOK_S)


async def let_go() -> None:
    """Close the request's connection to the database: streams last for minutes, and each would hold one."""
    await sync_to_async(connections.close_all)()


def _event(name: str, said: str) -> bytes:
    return f"id: {said}\nevent: {name}\ndata: {said}\n\n".encode()


def _stamp() -> str:
    """Return the stamp, in a thread whose connection no request holds; "" while the database does not answer."""
    try:
        return stamp()
    except DatabaseError:
        return ""
    finally:
        close_old_connections()
