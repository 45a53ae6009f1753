"""One round of one source: rights, what changed, what waits, what left; bounded, and gone on with in the next."""

from __future__ import annotations

import hashlib
import logging
import platform
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import DatabaseError
from django.db.models import Q
from django.utils import timezone
from filelock import FileLock, Timeout

from quietude.documents.api import (
    Connector,
    ConnectorError,
    DeniedError,
    VanishedError,
)
from quietude.portal.attachments.taking import NotLookedAt
from quietude.portal.document_sources import readers
from quietude.portal.document_sources.faults import Trouble
from quietude.portal.document_sources.leaving import follow_deletions
from quietude.portal.document_sources.listing import Listing
from quietude.portal.document_sources.models import SAID_MAX, Item, Source, State
from quietude.portal.document_sources.taking import Taking
from quietude.portal.documents.classes import current_classes
from quietude.portal.flows.pulling import every_of, wait_after
from quietude.portal.journal.recording import JournalUnavailableError
from quietude.portal.town import installation
from quietude.sources.api import Manifest, ManifestError

LEASE = timedelta(minutes=25)
"""How long another machine's portal is left alone: longer than the slowest copy of the largest document (17 min)."""
SOON = timedelta(seconds=2)
"""When a round left work behind: others have their turn in between."""
log = logging.getLogger(__name__)


class SettingError(ConnectorError):
    """Something that the manifest names is missing here."""


KINDS: tuple[tuple[type[Exception], Trouble], ...] = (
    (VanishedError, Trouble.VANISHED),
    (DeniedError, Trouble.DENIED),
    (SettingError, Trouble.SETTING),
    (ManifestError, Trouble.SETTING),
    (ConnectorError, Trouble.SILENT),
    (NotLookedAt, Trouble.SCANNER),
)
"""What each kind of error says on the page; all others are faults of this side."""
TROUBLES = (ConnectorError, ManifestError, NotLookedAt, OSError, DatabaseError, JournalUnavailableError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much one round does at most."""

    seconds: float = 300.0
    documents: int = 500
    size_bytes: int = 2**30
    """Of documents in all."""
    backlog: int = 2_000
    """While so many wait to be fetched, the place is not asked what else changed."""


LIMITS = Limits()


@dataclass(slots=True)
class Round:
    """One turn of a source. `connector` is kept by the caller, who may wait on it afterwards."""

    manifest: Manifest
    source: Source
    connector: Connector
    now: datetime
    limits: Limits = LIMITS
    is_stopped: Callable[[], bool] = lambda: False
    clock: Callable[[], float] = time.monotonic
    _documents: int = 0
    _size_bytes: int = 0
    _began: float = field(default=0.0, init=False)

    def run(self) -> bool:
        """Follow what changed; return whether all of it was.

        Raises:
            ConnectorError: the place, or a setting, fails; what was kept until then stays.
            NotLookedAt, OSError, DatabaseError, JournalUnavailableError: documents cannot be kept here now.
        """
        self._began = self.clock()
        self._give_rights()  # before the place is asked: what is closed here is closed though it be silent
        kind = readers.place_of(self.manifest).document_class
        if kind not in current_classes():
            raise SettingError(f"the town has no class of documents called {kind!r}: see docs/ged.md")
        waiting = Item.objects.filter(source=self.source.name, state=State.WAITING)
        is_all = waiting.count() < self.limits.backlog
        if is_all:
            is_all = Listing(self.manifest, self.source, lambda: self._goes_on(0)).read(self.connector)
            readers.give_due(self.manifest)
        is_all &= Taking(self.manifest, self.connector, self.now, self._takes_on).all_due()
        follow_deletions(self.source.name, self.now)
        readers.give_due(self.manifest)
        return is_all

    def _give_rights(self) -> None:
        said = readers.give_all(self.manifest, self.source.rules)
        readers.give_due(self.manifest)
        if said != self.source.rules:
            self.source.rules = said
            self.source.save(update_fields=["rules"])

    def _takes_on(self, size_bytes: int) -> bool:
        self._size_bytes += size_bytes
        if self._documents >= self.limits.documents or self._size_bytes >= self.limits.size_bytes:
            return False
        self._documents += 1
        return self._goes_on(size_bytes)

    def _goes_on(self, _size_bytes: int) -> bool:
        """Tell whether there is time left; the lease is drawn out, unless it was lost or somebody paused the source."""
        if self.is_stopped() or self.clock() - self._began >= self.limits.seconds:
            return False
        mine = Source.objects.filter(pk=self.source.pk, keeper=self.source.keeper, paused_at=None)
        return mine.update(kept_until=timezone.now() + LEASE) > 0


def follow(
    manifest: Manifest,
    opened: Callable[[], Connector],
    now: datetime,
    *,
    limits: Limits = LIMITS,
    is_stopped: Callable[[], bool] = lambda: False,
) -> bool:
    """Follow a source for one round, and note how that went; return whether all that there is to do is done.

    False too where another portal follows it, where it is paused, and where it failed: then it is tried again later.
    """
    with alone(manifest.name, now) as source:
        if source is None:
            return False
        try:
            try:
                connector = opened()
            except ConnectorError as error:
                raise SettingError(str(error)) from error
            is_all = Round(manifest, source, connector, now, limits, is_stopped).run()
        except TROUBLES as error:
            note_trouble(manifest, error, now)
            return False
        _note_done(manifest, now, is_all=is_all)
        return is_all


@contextmanager
def alone(name: str, now: datetime) -> Iterator[Source | None]:
    """Give a source to this portal alone, over all processes and machines; None where another has it, or it is paused.

    On this machine a lock says so, which ends with the process that has it; among machines a lease.
    """
    folder = installation().documents_dir
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = FileLock(folder / f".source-{name}.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        yield None
        return
    home = f"{platform.node()[:80]}:{hashlib.sha256(str(folder).encode()).hexdigest()[:12]}"
    try:
        Source.objects.get_or_create(name=name)
        free = Q(keeper=home) | Q(kept_until=None) | Q(kept_until__lt=now)  # its own is of a process that was killed
        rows = Source.objects.filter(name=name)
        taken = rows.filter(free, paused_at=None).update(keeper=home, kept_until=now + LEASE)
        yield rows.get() if taken else None
        rows.filter(keeper=home).update(kept_until=None)
    finally:
        lock.release()


def note_trouble(manifest: Manifest, error: Exception, now: datetime) -> None:
    """Note what keeps a source from being followed; it is tried again after a while, ever more rarely."""
    kind = next((trouble for of, trouble in KINDS if isinstance(error, of)), Trouble.HERE)
    said = str(error) if isinstance(error, ConnectorError | ManifestError) else type(error).__name__
    log.warning("the documents of %s could not be followed: %s", manifest.name, type(error).__name__)
    rows = Source.objects.filter(name=manifest.name)
    failures = (rows.values_list("failures", flat=True).first() or 0) + 1
    wait = wait_after(failures, every_of(manifest), secrets.randbelow(1001) / 1000)
    rows.update(
        looked_at=now, failures=failures, trouble=kind, trouble_said=said[:SAID_MAX], trouble_at=now, next_at=now + wait
    )


def _note_done(manifest: Manifest, now: datetime, *, is_all: bool) -> None:
    again = Item.objects.filter(source=manifest.name, state=State.FAILED).order_by("next_at")
    soonest = again.values_list("next_at", flat=True).first() or now + every_of(manifest)
    next_at = min(soonest, now + every_of(manifest)) if is_all else now + SOON
    Source.objects.filter(name=manifest.name).update(
        looked_at=now, seen_at=now, failures=0, trouble="", trouble_said="", trouble_at=None, next_at=next_at
    )
