"""Requests take turns: as many at once as the machine has use for, the others in the order they came.

Python runs one thread at a time. Two hundred requests at once, each in a thread of its own, would all be slow, and the
one that holds the database's lock would wait behind all those that wait for it.

A request is answered by one thread from its first middleware to its last, and threads are used again with their
connection to the database: each hand-over between threads waits for its turn at Python too, as long as others compute.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext

from quietude.portal.policies import file_headers
from quietude.portal.town import installation

AT_ONCE = 2 + (os.cpu_count() or 1)
"""Some wait for the disk or the store, which needs no turn of Python's."""
KEPT = 16
"""Threads kept with their connection: requests that wait for a turn and streams have one too."""
PATIENCE_S = 30.0
"""Whoever waits for longer is told so; a browser would go on waiting without a word."""
BUSY = {"Retry-After": "10", "Cache-Control": "no-store"}


def own_headers() -> dict[str, str]:
    """Return the headers of an answer that no middleware sees."""
    return file_headers(None, is_https=installation().is_https)


class Thread(ThreadPoolExecutor):
    """One thread that knows whether it still works."""

    def __init__(self) -> None:
        super().__init__(max_workers=1, thread_name_prefix="request")
        self._last: Future[Any] | None = None

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Have something done, after what was asked before."""
        self._last = super().submit(fn, *args, **kwargs)
        return self._last

    @property
    def is_idle(self) -> bool:
        """Tell whether all that was asked is done: a browser that leaves does not stop what was begun for it."""
        return self._last is None or self._last.done()


class Threads:
    """Threads that requests are lent, one each: as many as there are requests, a few kept for the next."""

    def __init__(self, kept: int) -> None:
        self._kept = kept
        self._idle: list[Thread] = []

    @contextmanager
    def lent(self) -> Iterator[Thread]:
        """Lend a thread for a request. Called in the event loop only."""
        thread = self._idle.pop() if self._idle else Thread()
        try:
            yield thread
        finally:
            if thread.is_idle and len(self._idle) < self._kept:
                self._idle.append(thread)
            else:
                thread.shutdown(wait=False)


class InTurns(ASGIHandler):
    """Django's handler: bodies come and answers go outside of the turns, so that a slow line holds none up."""

    def __init__(self, at_once: int = AT_ONCE, patience_s: float = PATIENCE_S) -> None:
        super().__init__()
        self.load_middleware(is_async=False)  # all of it in the thread of the request
        self._turns = asyncio.Semaphore(at_once)
        self._threads = Threads(KEPT)
        self._patience_s = patience_s

    async def __call__(
        self,
        scope: dict[str, Any],
        receive: Callable[[], Awaitable[Mapping[str, Any]]],
        send: Callable[[Mapping[str, Any]], Awaitable[None]],
    ) -> None:
        """Answer a connection: Django's way, in a thread that was used before."""
        if scope["type"] != "http":
            raise ValueError(f"only HTTP is answered, not {scope['type']}")
        with self._threads.lent() as thread:
            async with ThreadSensitiveContext(executor=thread):
                await self.handle(scope, receive, send)

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
            return await self._answer(request)
        finally:
            self._turns.release()

    async def _answer(self, request: HttpRequest) -> HttpResponseBase:
        return await sync_to_async(self.get_response, thread_sensitive=True)(request)
