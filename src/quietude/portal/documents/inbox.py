"""The inbox folder: a file that is laid there becomes a document once it is whole, and leaves the folder.

Under QUIETUDE_DROP_DIR, the folder `documents`; a subfolder named like a class puts its files in that class. What is
not taken is moved to `refused`, with the reason beside it.
"""

from __future__ import annotations

import logging
import os
import stat
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event

from django.core.exceptions import ValidationError
from django.db import DatabaseError, close_old_connections
from django.utils import timezone, translation
from filelock import FileLock, Timeout

from quietude.portal.attachments.taking import NotLookedAt
from quietude.portal.background import in_background
from quietude.portal.documents import acts
from quietude.portal.documents.classes import OTHER, current_classes
from quietude.portal.documents.judging import FILE_BYTES_MAX
from quietude.portal.documents.models import INBOX, Version
from quietude.portal.flows.folder import REASON, REFUSED, UNFINISHED
from quietude.portal.journal.recording import JournalUnavailableError
from quietude.portal.town import current_town, installation
from quietude.portal.uploads.problem import UploadRefused
from quietude.sources.api import FolderDocuments, Manifest

FOLDER = "documents"
EVERY_S = 2.0
STILL = timedelta(seconds=5)
"""A file that did not change for so long is whole: a copy over a network writes more often."""
REFUSED_KEPT = timedelta(days=30)
LOCK = ".quietude.lock"
LONGEST_NAME = 255
Look = tuple[int, int, int]
"""Size, time of the last change and number of a file: the same twice, it is whole."""
log = logging.getLogger(__name__)


@dataclass(slots=True)
class Inbox:
    """The folder, as it was looked at up to now."""

    folder: Path
    still: timedelta = STILL
    _looks: dict[Path, tuple[Look, datetime]] = field(default_factory=dict)

    def once(self, now: datetime) -> int:
        """Take the files that are whole; return how many were taken or refused. One process looks at a time.

        Raises:
            OSError, DatabaseError, JournalUnavailableError: what was not taken yet stays where it is.
        """
        (self.folder / REFUSED).mkdir(parents=True, exist_ok=True)
        if (self.folder / REFUSED).is_symlink():
            raise OSError(f"{REFUSED} is a link: others could have files put elsewhere")
        try:
            with FileLock(self.folder / LOCK, timeout=0):
                found = dict(self._files())
                self._looks = {path: look for path, look in self._looks.items() if path in found}
                whole = [path for path in found if self._is_whole(path, now)]
                done = sum(self._take(path, found[path], now) for path in whole)
                self._clear(now)
                return done
        except Timeout:
            return 0

    def _files(self) -> Iterator[tuple[Path, str]]:
        """Yield the files that may be taken with their class: regular ones, no links, none that is being written."""
        kinds = current_classes()
        places = [(self.folder, OTHER)]
        places += [(self.folder / name, name) for name in kinds if (self.folder / name).is_dir()]
        for folder, kind in places:
            if folder.is_symlink():
                continue
            for path in sorted(folder.iterdir()):
                is_ours = not path.name.startswith(".") and path.suffix.lower() not in UNFINISHED
                if is_ours and stat.S_ISREG(path.lstat().st_mode):
                    yield path, kind

    def _is_whole(self, path: Path, now: datetime) -> bool:
        found = path.lstat()
        look = (found.st_size, found.st_mtime_ns, found.st_ino)
        known, since = self._looks.get(path, ((-1, -1, -1), now))
        if look != known:
            self._looks[path] = (look, now)
            return not self.still
        return now - since >= self.still

    def _take(self, path: Path, kind: str, now: datetime) -> bool:
        """Take one file: kept on the disk and in the database before it leaves the folder; False: later."""
        name = path.name.encode(errors="replace").decode()
        try:
            with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb") as opened:
                taken = acts.take(name, opened.read(FILE_BYTES_MAX + 1))
            acts.add(None, None, taken, acts.Said(kind=kind, source=INBOX), now=now)
        except NotLookedAt:
            return False  # the scanner does not answer: the file waits
        except acts.AlreadyThereError as there:
            if not Version.objects.filter(document=there.document, sha256=taken.sha256, name=taken.name).exists():
                self._refuse(path, f"already there: {there.document} (/documents/{there.document.pk}/)", now)
                return True
        except UploadRefused as refused:
            self._refuse(path, str(refused), now)
            return True
        except ValidationError as error:
            self._refuse(path, " ".join(error.messages), now)
            return True
        path.unlink(missing_ok=True)  # taken now, or by a process that was killed before it could do this
        return True

    def _refuse(self, path: Path, said: str, now: datetime) -> None:
        room = LONGEST_NAME - len(REASON) - 20
        target = self.folder / REFUSED / f"{now:%Y%m%dT%H%M%S}-{path.name[-room // 4 :]}"
        for number in range(1, 1000):
            if not target.exists():
                break
            target = target.with_name(f"{number}-{target.name}")
        target.with_name(target.name + REASON).write_text(f"{said}\n", encoding="utf-8")
        path.replace(target)
        os.utime(target, (now.timestamp(), now.timestamp()))  # its stay begins now
        log.warning("a file of the inbox folder was not taken: see %s", target.name)

    def _clear(self, now: datetime) -> None:
        """Delete what was refused long ago: nobody came for it, and it has no term of its own."""
        oldest = (now - REFUSED_KEPT).timestamp()
        for path in (self.folder / REFUSED).iterdir():
            if path.lstat().st_mtime < oldest:
                path.unlink()


def running() -> AbstractContextManager[None]:
    """Look in the background while the portal is served."""
    return in_background("documents-inbox", _run)


def _run(stopped: Event) -> None:
    inbox: Inbox | None = None
    while not stopped.wait(EVERY_S):
        try:
            inbox = inbox or _inbox()
            if inbox is not None:
                with translation.override("fr"):  # whoever laid the file there reads the reason
                    inbox.once(timezone.now())
        except (DatabaseError, OSError, ValueError, JournalUnavailableError) as error:
            log.error("the inbox folder of documents could not be looked at: %s", type(error).__name__)
        finally:
            close_old_connections()


def _inbox() -> Inbox | None:
    """Return the inbox; None where no folder is watched, or a source has that folder."""
    root = installation().drop_dir
    if root is None:
        return None
    if any(_is_followed(manifest) for manifest in current_town().sources.values()):
        return None  # what a connector only reads, the inbox would take away
    flows = [manifest.flow for manifest in current_town().sources.values() if manifest.flow is not None]
    if any(flow.folder is not None and flow.folder.path.split("/")[0] == FOLDER for flow in flows):
        return None
    return Inbox(root / FOLDER)


def _is_followed(manifest: Manifest) -> bool:
    place = manifest.read[0]
    if not isinstance(place, FolderDocuments):
        return False
    first, *below = place.path.strip("/").split("/")
    return first == FOLDER and (not below or below[0] in current_classes())
