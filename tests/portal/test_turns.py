"""Requests take turns."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import AsyncRequestFactory

from quietude.portal.turns import InTurns, Thread, Threads


class Kitchen:
    """What answers, and how many it answers at once."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.busy = self.busiest = 0
        self.open = asyncio.Event()

    async def answer(self, request: HttpRequest) -> HttpResponse:
        self.begun.append(request.path)
        self.busy += 1
        self.busiest = max(self.busiest, self.busy)
        try:
            await self.open.wait()
            await asyncio.sleep(0)
            if request.path == "/broken":
                raise ValueError
            return HttpResponse("done")
        finally:
            self.busy -= 1


@pytest.fixture
def kitchen(monkeypatch: pytest.MonkeyPatch) -> Kitchen:
    made = Kitchen()

    async def answered(_handler: InTurns, request: HttpRequest) -> HttpResponse:
        return await made.answer(request)

    monkeypatch.setattr(InTurns, "_answer", answered)
    return made


def asked(handler: InTurns, path: str) -> asyncio.Task[object]:
    return asyncio.create_task(handler.get_response_async(AsyncRequestFactory().get(path)))


def test_no_more_than_so_many_at_once_and_in_the_order_they_came(kitchen: Kitchen) -> None:
    async def lived() -> None:
        handler = InTurns(at_once=2)
        tasks = [asked(handler, f"/{number}") for number in range(6)]
        await asyncio.sleep(0.01)
        assert kitchen.begun == ["/0", "/1"]
        kitchen.open.set()
        assert [getattr(answer, "status_code", None) for answer in await asyncio.gather(*tasks)] == [200] * 6

    asyncio.run(lived())
    assert (kitchen.begun, kitchen.busiest) == ([f"/{number}" for number in range(6)], 2)


def test_an_error_and_a_browser_that_leaves_give_their_turn_up(kitchen: Kitchen) -> None:
    async def lived() -> None:
        handler = InTurns(at_once=1)
        broken, left, last = asked(handler, "/broken"), asked(handler, "/left"), asked(handler, "/last")
        await asyncio.sleep(0.01)
        left.cancel()
        kitchen.open.set()
        answers = await asyncio.gather(broken, left, last, return_exceptions=True)
        assert [type(answer) for answer in answers] == [ValueError, asyncio.CancelledError, HttpResponse]

    asyncio.run(lived())
    assert kitchen.begun == ["/broken", "/last"]


def test_whoever_waits_too_long_is_told_and_nothing_was_done(kitchen: Kitchen) -> None:
    async def lived() -> None:
        handler = InTurns(at_once=1, patience_s=0.02)
        first = asked(handler, "/first")
        await asyncio.sleep(0)
        told = await handler.get_response_async(AsyncRequestFactory().post("/second"))
        assert (told.status_code, told.headers["Retry-After"]) == (503, "10")
        assert told.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert isinstance(told, HttpResponse)
        assert "essayez" in told.content.decode() or "again" in told.content.decode()
        kitchen.open.set()
        await first
        again = await handler.get_response_async(AsyncRequestFactory().post("/third"))
        assert again.status_code == 200

    asyncio.run(lived())
    assert kitchen.begun == ["/first", "/third"]


def test_a_thread_is_lent_again_once_it_is_idle_and_never_while_it_works() -> None:
    threads = Threads(kept=1)
    with threads.lent() as first, threads.lent() as second:
        assert first is not second
    with threads.lent() as again:
        assert again in {first, second}
        going_on = threading.Event()
        left = again.submit(going_on.wait, 20)
    with threads.lent() as other:  # the browser left, the work did not
        assert other is not again
    going_on.set()
    assert left.result() is True


def test_no_more_threads_are_kept_than_requests_at_once() -> None:
    threads = Threads(kept=2)
    lent: list[Thread] = []

    def nest(depth: int) -> None:
        if depth:
            with threads.lent() as thread:
                lent.append(thread)
                nest(depth - 1)

    nest(5)
    refused = 0
    for thread in lent:
        try:
            thread.submit(int).result()
        except RuntimeError:
            refused += 1
    assert refused == 3


def test_a_request_is_answered_by_one_thread_and_the_next_by_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def answered(_handler: InTurns, _request: HttpRequest) -> HttpResponse:
        seen.append(threading.current_thread().name)
        return HttpResponse("done")

    monkeypatch.setattr(InTurns, "get_response", answered)

    async def lived() -> None:
        handler = InTurns()
        for _ in range(3):
            statuses: list[object] = []
            asked = asyncio.Queue[dict[str, object]]()
            asked.put_nowait({"type": "http.request", "body": b"", "more_body": False})

            async def send(message: Mapping[str, object], kept: list[object] = statuses) -> None:
                kept.append(message.get("status"))

            await handler(
                {"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b""}, asked.get, send
            )
            assert statuses[0] == 200

    asyncio.run(lived())
    assert len(seen) == 3
    assert len(set(seen)) == 1
    assert seen[0].startswith("request")
