"""Files are sent while they are written."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import cast

from django.test import AsyncRequestFactory, RequestFactory

from quietude.portal.flowing import flowing


def test_an_asynchronous_server_gets_the_file_bit_by_bit() -> None:
    made: list[int] = []

    def parts() -> Iterator[bytes]:
        for number in range(3):
            made.append(number)
            yield bytes([number])

    async def first_two() -> list[bytes]:
        flow = flowing(AsyncRequestFactory().get("/"), parts())
        assert isinstance(flow, AsyncIterator)
        return [await anext(flow), await anext(flow)]

    assert asyncio.run(first_two()) == [b"\x00", b"\x01"]
    assert made == [0, 1]


def test_a_synchronous_server_gets_the_parts_as_they_are() -> None:
    assert list(cast("Iterator[bytes]", flowing(RequestFactory().get("/"), iter([b"a", b"b"])))) == [b"a", b"b"]
