"""Starting: the database brought up to date under a lock, the town read before the first visitor, the server."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import UTC, datetime

import django
import uvicorn
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from filelock import FileLock

from quietude.config import Settings
from quietude.journal.api import LAYING_LOCK
from quietude.portal.problem import PortalError

GRACE_S = 5  # seconds that open requests have to end after an interrupt


def migrate(settings: Settings) -> None:
    """Start Django and apply what the database lacks; two processes at once take turns.

    Raises:
        PortalError: the database cannot be opened or changed.
    """
    django.setup()
    settings.var_dir.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(settings.var_dir / "migrate.lock"), alone_on(connection):
            call_command("migrate", interactive=False, verbosity=0)
            from quietude.portal.protection import repeating  # noqa: PLC0415  # Django is set up by now

            repeating.repeat_later()
    except DatabaseError as error:
        raise PortalError(
            f"the portal's database cannot be opened ({error}). "
            f"Check DATABASE_URL, or the rights on {settings.var_dir}."
        ) from error
    finally:
        connection.close()


@contextmanager
def alone_on(database: BaseDatabaseWrapper) -> Iterator[None]:
    """Hold PostgreSQL's own lock on changing the tables: portals on several machines share one database."""
    if database.vendor != "postgresql":
        yield
        return
    with database.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LAYING_LOCK])
    try:
        yield
    finally:
        with database.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LAYING_LOCK])


def run(settings: Settings, listener: socket.socket, say: Callable[[str], None]) -> None:
    """Serve until interrupted.

    Raises:
        PortalError: the town's configuration cannot be used.
    """
    from quietude.portal import attestation  # noqa: PLC0415  # Django is set up by now
    from quietude.portal.asgi import application  # noqa: PLC0415  # as above
    from quietude.portal.search.synonyms import current_synonyms  # noqa: PLC0415  # as above
    from quietude.portal.town import current_store, current_town  # noqa: PLC0415  # as above

    try:
        current_town()
        current_store()
        current_synonyms()
    except (ValueError, OSError, RuntimeError) as error:
        raise PortalError(f"the town {settings.town!r} cannot be opened: {error}") from error
    attestation.warn(settings, datetime.now(UTC).date())
    # lifespan off: Django has none. Forwarded addresses are Django's to judge (QUIETUDE_PROXIES), not the server's.
    config = uvicorn.Config(
        application,
        lifespan="off",
        proxy_headers=False,
        access_log=False,
        log_level="warning",
        timeout_graceful_shutdown=GRACE_S,
        server_header=False,
    )
    with ExitStack() as stack:
        for work in _works(settings):
            stack.enter_context(work)
        asyncio.run(_serve(uvicorn.Server(config), listener, say))


def _works(settings: Settings) -> tuple[AbstractContextManager[None], ...]:
    """Return what goes on beside the answering of requests, each in a thread or process of its own."""
    from quietude.portal import backups  # noqa: PLC0415  # Django is set up by now
    from quietude.portal.alarm_rules import working as trials  # noqa: PLC0415  # as above
    from quietude.portal.alarms import watching  # noqa: PLC0415  # as above
    from quietude.portal.catalogue import scheduling  # noqa: PLC0415  # as above
    from quietude.portal.document_sources import following  # noqa: PLC0415  # as above
    from quietude.portal.documents import extracting, inbox, indexing  # noqa: PLC0415  # as above
    from quietude.portal.flows import filing as flows  # noqa: PLC0415  # as above
    from quietude.portal.flows import folder, mqtt, nats_door, pulling  # noqa: PLC0415  # as above
    from quietude.portal.logbook import filing, reminding  # noqa: PLC0415  # as above
    from quietude.portal.mentions import looking  # noqa: PLC0415  # as above
    from quietude.portal.notifications import sending  # noqa: PLC0415  # as above
    from quietude.portal.saved_searches import mailing, trying  # noqa: PLC0415  # as above
    from quietude.portal.search import feeding  # noqa: PLC0415  # as above
    from quietude.portal.shifts import bulletin  # noqa: PLC0415  # as above

    return (
        watching.running(),
        trials.running(),
        flows.running(),
        mqtt.running(),
        nats_door.running(),
        pulling.running(),
        folder.running(),
        filing.running(),
        feeding.running(),
        trying.running(),
        mailing.scheduled(),
        reminding.scheduled(),
        bulletin.scheduled(),
        sending.running(),
        scheduling.scheduled(),
        extracting.running(),
        indexing.running(),
        inbox.running(),
        following.running(),
        looking.running(),
        backups.scheduled(settings),
    )


async def _serve(server: uvicorn.Server, listener: socket.socket, say: Callable[[str], None]) -> None:
    from quietude.portal.upkeep import keep_up  # noqa: PLC0415  # Django is set up by now

    host, port = listener.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    running = asyncio.create_task(server.serve(sockets=[listener]))
    upkeep = asyncio.create_task(keep_up())
    while not server.started and not running.done():
        await asyncio.sleep(0.02)
    if server.started:
        say(f"http://{shown}:{port}/")
    try:
        await running
    finally:
        upkeep.cancel()
