"""The stream of the room: the parts of the board as they change, resumed after a cut by what the screen has already."""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator

from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from quietude.portal.accounts.access import Right, requires, user_of
from quietude.portal.alarms.live import let_go
from quietude.portal.alarms.pulse import wait_for_ring
from quietude.portal.room.asking import Asked, viewer_for
from quietude.portal.room.board import Board, Key, board_of
from quietude.portal.room.hub import LOOK_S, current_hub

BEAT_S = 10.0
"""How often a screen hears that the portal is there; it says that it is stale after three that did not come."""
OPEN_S = 300.0
"""How long one stream lasts: the screen opens the next by itself, and rights are asked again."""
KNOWN = re.compile(r"(?P<part>[a-z]+)\.(?P<digest>[0-9a-f]{12})")


def key_of(request: HttpRequest) -> Key:
    """Return what the board of a request depends on."""
    asked = Asked.of(request.GET)
    sees = user_of(request).holds(Right.SEE_SITUATIONS)
    return Key(viewer_for(request, asked), asked, (get_language() or "fr")[:2], sees_situations=sees)


@require_GET
@requires(Right.SEE_ALARMS, answers="data")
def stream(request: HttpRequest) -> StreamingHttpResponse:
    """Send each part of the board that the screen does not have as it is, then those that change; `beat` in between.

    What the screen has is said by `Last-Event-ID`, or by `last` where it opened the stream itself.
    """
    key, known = key_of(request), known_of(request.headers.get("Last-Event-ID") or request.GET.get("last", ""))
    content = _events(key, known) if isinstance(request, ASGIRequest) else iter(news(_now(key), known))
    answer = StreamingHttpResponse(content, content_type="text/event-stream; charset=utf-8")
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Accel-Buffering"] = "no"  # a proxy that gathers would hold alarms back
    return answer


def known_of(said: str) -> dict[str, str]:
    """Return the digest of each part that a screen has."""
    return {found["part"]: found["digest"] for found in KNOWN.finditer(said[:400])}


def name_of(known: dict[str, str]) -> str:
    """Return the parts that a screen has, as the name of an event."""
    return "-".join(f"{part}.{digest}" for part, digest in sorted(known.items()))


def news(board: Board, known: dict[str, str]) -> list[bytes]:
    """Return the parts that are not as a screen knows them, as events; it knows them from now on."""
    events = []
    for name, part in board.items():
        if known.get(name) != part.digest:
            known[name] = part.digest
            events.append(_event(name, part.content, name_of(known)))
    return events


def _now(key: Key) -> Board:
    return board_of(key, timezone.now())


async def _events(key: Key, known: dict[str, str]) -> AsyncIterator[bytes]:
    await let_go()
    began, spoke = time.monotonic(), 0.0
    hub = current_hub()
    yield b": the room\n\n"
    while (now := time.monotonic()) - began < OPEN_S:
        board = await hub.board(key)
        if board is not None:  # a board that cannot be read is said by silence: the screen says that it is stale
            events = news(board, known)
            if events:
                spoke = now
                yield b"".join(events)
            elif now - spoke >= BEAT_S:
                spoke = now
                yield _event("beat", b"{}", name_of(known))
        await wait_for_ring(LOOK_S)


def _event(name: str, content: bytes, known: str) -> bytes:
    return b"id: %s\nevent: %s\ndata: %s\n\n" % (known.encode(), name.encode(), content)
