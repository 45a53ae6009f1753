"""Files that are sent while they are written, under either kind of server."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest


def flowing(request: HttpRequest, content: Iterator[bytes]) -> Iterator[bytes] | AsyncIterator[bytes]:
    """Return the content as the server wants it: asynchronous ones hold a whole file in memory otherwise."""
    return _in_threads(content) if isinstance(request, ASGIRequest) else content


async def _in_threads(content: Iterator[bytes]) -> AsyncIterator[bytes]:
    def following() -> bytes | None:
        return next(content, None)

    step = sync_to_async(following, thread_sensitive=False)
    while (part := await step()) is not None:
        yield part
