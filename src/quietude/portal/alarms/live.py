"""Server-sent events: open screens hear that something changed, and that the portal is there."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.db import DatabaseError, close_old_connections
from django.http import HttpRequest, StreamingHttpResponse
from django.views.decorators.http import require_GET

from quietude.portal.accounts.access import Right, requires
from quietude.portal.alarms.pulse import stamp

LOOK_S = 0.3
"""How often all screens together look for what changed."""
BEAT_S = 10.0
"""How often a screen hears that the portal is there; it says that it is stale after three that did not come."""
OPEN_S = 300.0
"""How long one stream lasts: the browser opens the next by itself, and rights are asked again."""


class _Look:
    """The stamp, looked up once for all streams."""

    def __init__(self) -> None:
        self.stamp = ""
        self._at = 0.0
        self._lock: asyncio.Lock | None = None

    async def newest(self) -> str:
        """Return the stamp, at most `LOOK_S` old; the last one known while the database does not answer."""
        if self._lock is None:
            self._lock = asyncio.Lock()
        async with self._lock:
            if time.monotonic() - self._at >= LOOK_S:
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
        await asyncio.sleep(LOOK_S)


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
