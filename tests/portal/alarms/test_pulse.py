"""Open screens look at once when something rings, from any thread, and by themselves when nothing does."""

from __future__ import annotations

import asyncio
import threading
import time

from quietude.portal.alarms.pulse import ring, rung, wait_for_ring


def test_whoever_waits_hears_a_ring_of_another_thread_at_once() -> None:
    before = rung()

    async def go() -> list[bool]:
        waiting = [asyncio.create_task(wait_for_ring(30.0)) for _ in range(3)]
        await asyncio.sleep(0)
        ringing = threading.Thread(target=ring)
        ringing.start()
        heard = await asyncio.gather(*waiting)
        ringing.join()
        return heard

    begun = time.monotonic()
    assert asyncio.run(go()) == [True] * 3
    assert time.monotonic() - begun < 30.0
    assert rung() == before + 1


def test_nobody_waits_for_ever_nor_hears_an_old_ring() -> None:
    ring()
    assert asyncio.run(wait_for_ring(0.01)) is False
    ring()  # the loop that waited is gone
