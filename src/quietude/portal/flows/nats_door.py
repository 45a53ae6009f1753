"""The NATS door (JetStream): a durable consumer a subject; messages are acknowledged once their records are on disk.

Portals that are served together share the work: they draw from the same consumers. The stream is the operator's: it
says how long messages are kept while no portal is there.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import re
import ssl
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from threading import Event
from typing import Any

import nats
from django.conf import settings
from django.db import DatabaseError, close_old_connections
from django.utils import timezone
from nats import errors as lost
from nats.js import api as jetstream
from nats.js import errors as refused

from quietude.portal.background import in_background
from quietude.portal.flows import inbox, noting
from quietude.portal.flows.payload import records_of
from quietude.portal.town import current_town, installation
from quietude.sources.api import Manifest

DOOR = "nats"
AT_ONCE = 100
"""Messages that are drawn together."""
ACK_WAIT_S = 60.0
"""How long the server waits for an acknowledgement before it gives a message to another."""
DRAW_S = 0.5
AGAIN_S = 5.0
CONNECT_S = 5
NOT_DURABLE = re.compile(r"[^A-Za-z0-9_-]")
log = logging.getLogger(__name__)


def subjects() -> dict[str, str]:
    """Return the subjects of all sources that take records by this door, each with its source."""
    return {
        subject: name
        for name, manifest in sorted(current_town().sources.items())
        if manifest.flow is not None and DOOR in manifest.flow.doors
        for subject in manifest.flow.subjects
    }


def consumer_name(town: str, source: str, subject: str) -> str:
    """Return the name of a consumer: the same for all portals of a town, and for no other subject."""
    mark = hashlib.sha256(subject.encode()).hexdigest()[:8]
    return NOT_DURABLE.sub("_", f"quietude-{town}-{source}-{mark}")


@dataclass(slots=True)
class Drawer:
    """One connection to the servers, and what is drawn from it. The database is spoken to by one thread of its own."""

    url: str
    town: str
    _drawn: dict[str, Any] = field(default_factory=dict)
    _database: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "nats-database"))

    @property
    def drawn(self) -> frozenset[str]:
        """Return the subjects that are drawn from."""
        return frozenset(self._drawn)

    def draw(self, stopped: Event) -> None:
        """Draw until stopped; while the servers or the database do not answer nothing is acknowledged."""
        while not stopped.is_set():
            try:
                asyncio.run(self._once(stopped))
            except (OSError, lost.Error, TimeoutError, ValueError) as error:
                log.error("NATS does not answer: %s", type(error).__name__)
                self._database.submit(self._fail, f"the servers do not answer: {type(error).__name__}").result()
            self._drawn = {}
            stopped.wait(AGAIN_S)
        self._database.submit(close_old_connections).result()
        self._database.shutdown()

    async def _once(self, stopped: Event) -> None:
        tls = ssl.create_default_context() if self.url.startswith("tls:") else None
        line = await nats.connect(
            self.url.split(","), name=f"quietude-{self.town}", tls=tls, error_cb=_told, connect_timeout=CONNECT_S,
            allow_reconnect=False, max_reconnect_attempts=1,
        )  # fmt: skip
        try:
            while not stopped.is_set() and line.is_connected:
                wanted = subjects()
                for subject in set(self._drawn) - set(wanted):
                    del self._drawn[subject]
                for subject, source in wanted.items():
                    if subject not in self._drawn:
                        await self._bind(line.jetstream(), subject, source)
                    if subject in self._drawn:
                        await self._take(self._drawn[subject], source)
                if not self._drawn:
                    await asyncio.sleep(DRAW_S)
            if not stopped.is_set():
                raise ConnectionError("the line was cut")
        finally:
            await line.close()

    async def _bind(self, stream: Any, subject: str, source: str) -> None:
        """Join the durable consumer of a subject, and make it where it is missing."""
        config = jetstream.ConsumerConfig(
            ack_policy=jetstream.AckPolicy.EXPLICIT, ack_wait=ACK_WAIT_S, max_ack_pending=10 * AT_ONCE
        )
        name = consumer_name(self.town, source, subject)
        try:
            self._drawn[subject] = await stream.pull_subscribe(subject, durable=name, config=config)
            await self._in_thread(noting.works, source, DOOR)
        except refused.NotFoundError:
            said = f"no stream of JetStream holds the subject {subject!r}: make one (nats stream add)"
            await self._in_thread(noting.failed, source, DOOR, said, timezone.now())

    async def _take(self, subscription: Any, source: str) -> None:
        try:
            messages = await subscription.fetch(AT_ONCE, timeout=DRAW_S / max(len(self._drawn), 1))
        except (lost.TimeoutError, TimeoutError):
            return
        for number, message in enumerate(messages):
            if await self._in_thread(_keep, source, message.subject, message.data):
                await message.ack()
                continue
            for other in messages[number:]:
                await other.nak(delay=AGAIN_S)
            await asyncio.sleep(DRAW_S)
            return

    async def _in_thread(self, work: Callable[..., Any], *given: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._database, work, *given)

    def _fail(self, said: str) -> None:
        for source in set(subjects().values()):
            noting.failed(source, DOOR, said, timezone.now())


def _keep(source: str, subject: str, payload: bytes) -> bool:
    """Keep the records of a message; tell whether it may be acknowledged."""
    manifest: Manifest | None = current_town().sources.get(source)
    if manifest is None or manifest.flow is None:
        return True  # the source was taken away this moment: nobody waits for it
    try:
        sent = records_of(payload, subject, manifest.flow, language=settings.LANGUAGE_CODE[:2])
        if sent.records:
            inbox.take_in(source, DOOR, sent, sender=f"nats:{subject}"[:40], now=timezone.now())
    except inbox.NoFlowError:
        return True
    except (inbox.FullError, DatabaseError) as error:
        log.warning("a message was not taken, the server keeps it: %s", type(error).__name__)
        return False
    finally:
        close_old_connections()
    return True


async def _told(error: Exception) -> None:
    log.warning("NATS: %s", type(error).__name__)


def running() -> AbstractContextManager[None]:
    """Draw in the background while the portal is served, where there are servers."""
    url = installation().nats_url
    return nullcontext() if url is None else in_background("nats", Drawer(url, installation().town).draw)
