"""Requests take turns."""

from __future__ import annotations

import asyncio

import pytest
from django.core.handlers.asgi import ASGIHandler
from django.http import HttpRequest, HttpResponse
from django.test import AsyncRequestFactory

from quietude.portal.turns import InTurns


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

    async def answered(_handler: ASGIHandler, request: HttpRequest) -> HttpResponse:
        return await made.answer(request)

    monkeypatch.setattr(ASGIHandler, "get_response_async", answered)
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
