"""Follows all sources of documents while the portal is served: each in its own thread, so that none holds up others."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import BoundedSemaphore, Event, Thread

from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone

from quietude.documents.api import Connector, ConnectorError, Mailbox, Surroundings, connector_of
from quietude.fetch.api import Fetcher
from quietude.portal.background import in_background
from quietude.portal.document_sources import rounds
from quietude.portal.document_sources.models import Source
from quietude.portal.document_sources.readers import place_of
from quietude.portal.flows.secrets import secrets_of
from quietude.portal.town import current_town, installation
from quietude.sources.api import Manifest

EVERY_S = 1.0
"""How often it is looked for whose time has come."""
AT_ONCE = 4
"""Sources that are followed at once: what hangs takes a place until its time is over, and the others go on."""
LISTEN_S = 20.0
"""How long a mailbox is listened to before it is asked whether somebody paused it, or its time has come."""
GATHERED_S = 2.0
"""What else comes meanwhile is looked at with it: a server that tells of every flag is not listed at each."""
log = logging.getLogger(__name__)


def followed() -> dict[str, Manifest]:
    """Return the sources of documents of this town by name."""
    return {name: each for name, each in sorted(current_town().sources.items()) if each.is_followed}


def surroundings() -> Surroundings:
    """Return what connectors need of this installation."""
    here = installation()
    return Surroundings(
        fetcher=Fetcher(listed_hosts=frozenset(here.fetch_hosts)), secret_of=lambda name: secrets_of(name)[0],
        clock=lambda: datetime.now(UTC), drop_dir=here.drop_dir,
    )  # fmt: skip


def due(manifests: dict[str, Manifest], now: datetime) -> list[Manifest]:
    """Return those whose time has come and that nobody paused; those that were never looked for among them."""
    later = Source.objects.filter(name__in=list(manifests)).exclude(paused_at=None, next_at=None)
    away = {
        each.name for each in later if each.paused_at is not None or (each.next_at is not None and each.next_at > now)
    }
    return [manifest for name, manifest in manifests.items() if name not in away]


@dataclass(slots=True)
class Line:
    """The connector of one source, opened when it is first asked for."""

    manifest: Manifest
    around: Surroundings
    connector: Connector | None = None

    def opened(self) -> Connector:
        """Return it.

        Raises:
            ConnectorError: a secret or a setting is missing.
        """
        if self.connector is None:
            self.connector = connector_of(place_of(self.manifest), self.around)
        return self.connector

    def hears(self, seconds: float) -> bool | None:
        """Listen whether the place tells of something by itself; None: it cannot, so it is asked by its schedule."""
        if not isinstance(self.connector, Mailbox):
            return None
        try:
            return self.connector.wait(seconds)
        except ConnectorError:
            return None

    def close(self) -> None:
        """End what connections there are."""
        if self.connector is not None:
            self.connector.close()


@dataclass(slots=True)
class Following:
    """The threads, one a source at most."""

    around: Surroundings
    stopped: Event
    seats: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(AT_ONCE))
    threads: dict[str, Thread] = field(default_factory=dict)

    def once(self, now: datetime) -> list[str]:
        """Begin with the sources whose time has come; return their names."""
        manifests = followed()
        self.threads = {name: each for name, each in self.threads.items() if each.is_alive()}
        begun = [each for each in due(manifests, now) if each.name not in self.threads]
        for manifest in begun:
            thread = Thread(target=self._follow, args=[manifest], name=f"documents-of-{manifest.name}", daemon=True)
            self.threads[manifest.name] = thread
            thread.start()
        return [each.name for each in begun]

    def _follow(self, manifest: Manifest) -> None:
        """Follow one source until it is to be asked by its schedule; listen meanwhile where it tells by itself."""
        line = Line(manifest, self.around)
        try:
            while not self.stopped.is_set():
                with self.seats:
                    is_done = self._round(manifest, line.opened)
                if not is_done or not self._listened(manifest, line):
                    return
        finally:
            line.close()
            connection.close()

    def _round(self, manifest: Manifest, opened: Callable[[], Connector]) -> bool:
        try:
            return rounds.follow(manifest, opened, timezone.now(), is_stopped=self.stopped.is_set)
        except Exception as error:
            log.exception("the documents of %s: a fault that was not foreseen", manifest.name)
            rounds.note_trouble(manifest, error, timezone.now())
            return False

    def _listened(self, manifest: Manifest, line: Line) -> bool:
        """Return whether there is something new; False where it is to be asked by its schedule."""
        while not self.stopped.is_set():
            connection.close()  # nothing is held of the database while nothing happens
            heard = line.hears(LISTEN_S)
            if heard is None:
                return False
            if followed().get(manifest.name) != manifest or Source.objects.filter(
                name=manifest.name, paused_at__isnull=False
            ):
                return False  # it is another one now, or nobody wants it now
            if heard:
                return not self.stopped.wait(GATHERED_S)
            if due({manifest.name: manifest}, timezone.now()):
                return True
        return False


def running() -> AbstractContextManager[None]:
    """Follow in the background while the portal is served."""
    return in_background("document-sources", _run)


def _run(stopped: Event) -> None:
    following = Following(surroundings(), stopped)
    while not stopped.wait(EVERY_S):
        try:
            following.once(timezone.now())
        except (DatabaseError, OSError, ValueError) as error:
            log.error("sources of documents could not be looked for: %s", type(error).__name__)
        finally:
            close_old_connections()
    for thread in following.threads.values():
        thread.join(1.0)
