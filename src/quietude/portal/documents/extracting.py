"""Reads the text of what was added, in the background: one version after the other, whatever is killed meanwhile."""

from __future__ import annotations

import logging
import tempfile
import unicodedata
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from threading import Event

from django.db import DatabaseError, close_old_connections, transaction
from django.utils import timezone
from filelock import FileLock, Timeout

from quietude.portal.background import in_background
from quietude.portal.documents import engine, files
from quietude.portal.documents.acts import step
from quietude.portal.documents.asked import folded
from quietude.portal.documents.changes import changed, wait_for_work
from quietude.portal.documents.engine import NotReadError, Reading
from quietude.portal.documents.faults import Fault
from quietude.portal.documents.models import SAID_MAX, PageText, State, Step, Version
from quietude.portal.town import installation
from quietude.portal.uploads.keeping import Damaged

EVERY_S = 2.0
TRIES_MAX = 3
"""A file that ended the process so often while it was read is not tried again by itself."""
LOCK = ".reading.lock"
log = logging.getLogger(__name__)


def once(now: datetime) -> bool:
    """Read the next version that waits; tell whether there was one. One process of this machine reads at a time."""
    folder = installation().documents_dir
    if not Version.objects.filter(state=State.WAITING).exists():
        return False
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with FileLock(folder / LOCK, timeout=0):
            waiting = Version.objects.filter(state=State.WAITING).select_related("document")
            version = waiting.order_by("tries", "pk").first()
            if version is None:
                return False
            read(version, now)
            return True
    except Timeout:
        return False


def read(version: Version, now: datetime) -> None:
    """Read one version: its pages are all there, or none and the reason.

    The count of tries is written first: a file by which the process ends is given up after a few.
    """
    if version.tries >= TRIES_MAX:
        _failed(version, NotReadError(Fault.ENDED), now)
        return
    version.tries += 1
    Version.objects.filter(pk=version.pk).update(tries=version.tries)
    try:
        files.vault().read(version.sha256)  # what was kept is what is read, or nothing is
        with tempfile.TemporaryDirectory(prefix="quietude-reading-") as work:
            reading = engine.read(files.vault().path(version.sha256), version.media_type, Path(work))
            _kept(version, reading, now)
    except NotReadError as error:
        _failed(version, error, now)
    except (FileNotFoundError, Damaged):
        _failed(version, NotReadError(Fault.GONE), now)
    except OSError as error:
        log.error("a document could not be read: %s", error.strerror or type(error).__name__)
        _failed(version, NotReadError(Fault.DISK, error.strerror or ""), now)


def _kept(version: Version, reading: Reading, now: datetime) -> None:
    """Write the pages, with the archive where one was made, in one step; nothing where the version went meanwhile."""
    with files.alone(), transaction.atomic():
        held = Version.objects.select_for_update().filter(pk=version.pk).select_related("document").first()
        if held is None:
            return
        before = held.archive
        held.pages.all().delete()
        PageText.objects.bulk_create((_page(held, number, each) for number, each in enumerate(reading.pages, 1)), 200)
        held.archive = files.vault().keep(reading.archive.read_bytes()) if reading.archive is not None else ""
        held.state, held.fault, held.reason, held.page_count = (
            State.EXTRACTED,
            "",
            " ".join(reading.warnings),
            len(reading.pages),
        )
        held.language, held.extracted_at, held.tries = reading.language[:10], now, 0
        held.save()
        step(held.document, Step.What.READ, None, now, f"{len(reading.pages)} p.")
        changed(held.document)
    if before and before != held.archive:
        files.forget([before])


def _page(version: Version, number: int, page: engine.ReadPage) -> PageText:
    text = unicodedata.normalize("NFC", page.text.replace("\x00", ""))
    words = [[unicodedata.normalize("NFC", word.replace("\x00", "")), *box] for word, *box in page.words]
    return PageText(
        version=version, number=number, width=page.width, height=page.height, text=text, folded=folded(text),
        words=words, by=page.by[:20], confidence=page.confidence, has_image=page.width > 0,
    )  # fmt: skip


def _failed(version: Version, error: NotReadError, now: datetime) -> None:
    with transaction.atomic():
        held = Version.objects.select_for_update().filter(pk=version.pk).select_related("document").first()
        if held is None:
            return
        held.state, held.fault, held.reason = State.FAILED, error.fault.value, error.said[:SAID_MAX]
        held.save(update_fields=["state", "fault", "reason"])
        step(held.document, Step.What.NOT_READ, None, now, error.said)
        changed(held.document)


def running() -> AbstractContextManager[None]:
    """Read in the background while the portal is served."""
    return in_background("documents", _run)


def _run(stopped: Event) -> None:
    while not stopped.is_set():
        try:
            if once(timezone.now()):
                continue
        except DatabaseError as error:
            log.error("documents could not be read: %s", type(error).__name__)
        finally:
            close_old_connections()
        wait_for_work(EVERY_S)
