"""Requests take turns: as many at once as the machine has use for, the others in the order they came.

Python runs one thread at a time. Two hundred requests at once, each in a thread of its own, would all be slow, and the
one that holds the database's lock would wait behind all those that wait for it.
"""

from __future__ import annotations

import asyncio
import os

from django.core.handlers.asgi import ASGIHandler
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext

from quietude.portal.policies import file_headers
from quietude.portal.town import installation

AT_ONCE = 2 + (os.cpu_count() or 1)
"""Some wait for the disk or the store, which needs no turn of Python's."""
PATIENCE_S = 30.0
"""Whoever waits for longer is told so; a browser would go on waiting without a word."""
BUSY = {"Retry-After": "10", "Cache-Control": "no-store"}


def own_headers() -> dict[str, str]:
    """Return the headers of an answer that no middleware sees."""
    return file_headers(None, is_https=installation().is_https)


class InTurns(ASGIHandler):
    """Django's handler: bodies come and answers go outside of the turns, so that a slow line holds none up."""

    def __init__(self, at_once: int = AT_ONCE, patience_s: float = PATIENCE_S) -> None:
        super().__init__()
        self._turns = asyncio.Semaphore(at_once)
        self._patience_s = patience_s

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        """Answer a request in its turn; one whose browser left while it waited gives its place up."""
        try:
            async with asyncio.timeout(self._patience_s):
                await self._turns.acquire()
        except TimeoutError:
            said = gettext("The portal is very busy now. Nothing was changed: try again in a few seconds.")
            return HttpResponse(
                said, status=503, content_type="text/plain; charset=utf-8", headers=BUSY | own_headers()
            )
        try:
            return await super().get_response_async(request)
        finally:
            self._turns.release()
