"""A folder into which others put files: one is taken once it is whole, all of it and once, whatever is killed."""

from __future__ import annotations

import errno
import hashlib
import logging
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Event

from django.conf import settings
from django.db import DatabaseError, close_old_connections, transaction
from django.utils import timezone
from filelock import FileLock, Timeout

from quietude.portal.background import in_background
from quietude.portal.flows import inbox, noting
from quietude.portal.flows.models import TakenFile
from quietude.portal.town import current_town, installation
from quietude.sources.api import BodyError, FolderSpec, Manifest, parse_duration, read_delivery

DOOR = "folder"
EVERY_S = 2.0
DONE, REFUSED = "done", "refused"
REASON = ".reason.txt"
UNFINISHED = frozenset({".tmp", ".part", ".partial", ".filepart", ".crdownload", ".swp", ".upload"})
"""Endings that programs give a file while they write it; they rename it at the end."""
LONGEST_NAME = 255
BLOCK_BYTES = 1024 * 1024
LOCK = ".quietude.lock"
Look = tuple[int, int, int]
"""Size, time of the last change and number of a file: the same twice, it is whole."""
log = logging.getLogger(__name__)


@dataclass(slots=True)
class Watched:
    """One folder, as it was looked at up to now."""

    manifest: Manifest
    folder: Path
    _looks: dict[str, tuple[Look, datetime]] = field(default_factory=dict)

    @property
    def spec(self) -> FolderSpec:
        """Return what the manifest says."""
        if self.manifest.flow is None or self.manifest.flow.folder is None:
            raise ValueError(f"{self.manifest.name}: no folder")
        return self.manifest.flow.folder

    def once(self, now: datetime) -> int:
        """Take the files that are whole, by name; return how many were taken or refused. One portal looks at a time.

        Raises:
            FullError: too much waits; the rest stays, and the file that was begun is gone on with later.
            OSError, DatabaseError: as above.
        """
        for name in (DONE, REFUSED):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
            if (self.folder / name).is_symlink():
                raise OSError(errno.ELOOP, f"{name} is a link: others could have files put elsewhere")
        try:
            with FileLock(self.folder / LOCK, timeout=0):
                files = [path for path in self._files() if self._is_whole(path, now)]
                for path in files:
                    self._take(path, now)
                self._clear(now)
                return len(files)
        except Timeout:
            return 0

    def _files(self) -> Iterator[Path]:
        """Yield the files that may be taken: regular ones, no links, none that is still being written by its name."""
        marker = self.spec.marker
        found = sorted(self.folder.iterdir())
        names = {path.name for path in found}
        self._looks = {name: look for name, look in self._looks.items() if name in names}
        for path in found:
            is_marker = marker is not None and path.name.endswith(marker)
            if path.name.startswith(".") or path.suffix.lower() in UNFINISHED or is_marker:
                continue
            if stat.S_ISREG(path.lstat().st_mode):
                yield path

    def _is_whole(self, path: Path, now: datetime) -> bool:
        if self.spec.marker is not None:
            return path.with_name(path.name + self.spec.marker).exists()
        found = path.lstat()
        look = (found.st_size, found.st_mtime_ns, found.st_ino)
        known, since = self._looks.get(path.name, ((-1, -1, -1), now))
        if look != known:
            self._looks[path.name] = (look, now)
            return False
        return now - since >= parse_duration(self.spec.still).exact

    def _take(self, path: Path, now: datetime) -> None:
        """Take one file, from a copy that nobody else can change meanwhile, and put it away."""
        source, name = self.manifest.name, path.name.encode(errors="replace").decode()
        with tempfile.TemporaryDirectory(prefix="quietude-drop-") as private:
            copy = Path(private) / path.name
            digest = _copied(path, copy)
            known = {"source": source, "name": name, "digest": digest}
            kept, _ = TakenFile.objects.get_or_create(**known, defaults={"began_at": now})
            try:
                if not kept.is_whole:
                    self._take_records(copy, kept, now)
            except BodyError as error:
                said = f"{error}\n" + (
                    f"{kept.records} records before that place were taken.\n" if kept.records else ""
                )
                noting.refused(source, DOOR, f"{name}: {error}", now)
                self._put_away(path, REFUSED, now, said)
            else:
                self._put_away(path, DONE, now)
            TakenFile.objects.filter(**known).delete()

    def _take_records(self, path: Path, kept: TakenFile, now: datetime) -> None:
        """Take in what was not yet: each piece together with how far that is."""
        passed = 0
        for sent in read_delivery(path, self.manifest, language=settings.LANGUAGE_CODE[:2]):
            passed += sent.records
            if passed <= kept.records:
                continue
            with transaction.atomic():
                inbox.take_in(self.manifest.name, DOOR, sent, sender=f"file:{kept.name}"[:40], now=now)
                kept.records = passed
                kept.save(update_fields=["records"])
        kept.is_whole = True
        kept.save(update_fields=["is_whole"])

    def _put_away(self, path: Path, where: str, now: datetime, said: str = "") -> None:
        target = self.folder / where / f"{now:%Y%m%dT%H%M%S}-{path.name}"[-LONGEST_NAME + len(REASON) :]
        for number in range(1, 1000):
            if not target.exists():
                break
            target = target.with_name(f"{number}-{target.name}"[:LONGEST_NAME])
        if said:
            target.with_name(target.name + REASON).write_text(said, encoding="utf-8")
        path.replace(target)
        os.utime(target, (now.timestamp(), now.timestamp()))  # its stay begins now
        if self.spec.marker is not None:
            path.with_name(path.name + self.spec.marker).unlink(missing_ok=True)
        self._looks.pop(path.name, None)

    def _clear(self, now: datetime) -> None:
        """Delete files whose stay is over: they hold what the facts hold, and facts have their own term."""
        oldest = (now - parse_duration(self.spec.keep).exact).timestamp()
        for path in (path for name in (DONE, REFUSED) for path in (self.folder / name).iterdir()):
            if path.lstat().st_mtime < oldest:
                path.unlink()


def _copied(path: Path, copy: Path) -> str:
    """Copy a file, which may be no link, and return the digest of its content."""
    digest = hashlib.sha256()
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb") as opened, copy.open("wb") as written:
        for block in iter(lambda: opened.read(BLOCK_BYTES), b""):
            digest.update(block)
            written.write(block)
    return digest.hexdigest()


def look_at(known: dict[str, Watched], now: datetime) -> int:
    """Look at the folders of all sources; return how many files were taken or refused."""
    root, done = installation().drop_dir, 0
    for name, manifest in sorted(current_town().sources.items()):
        if manifest.flow is None or manifest.flow.folder is None:
            continue
        if root is None:
            noting.failed(name, DOOR, "no folder is watched: set QUIETUDE_DROP_DIR", now)
            continue
        watched = known.get(name)
        if watched is None or watched.manifest is not manifest:
            watched = known[name] = Watched(manifest, root / manifest.flow.folder.path)
        try:
            done += watched.once(now)
            noting.works(name, DOOR)
        except inbox.FullError:
            continue  # noted by the inbox; the file stays where it is
        except OSError as error:
            noting.failed(name, DOOR, f"{manifest.flow.folder.path}: {error.strerror or type(error).__name__}", now)
    return done


def running() -> AbstractContextManager[None]:
    """Watch in the background while the portal is served."""
    return in_background("folders", _run)


def _run(stopped: Event) -> None:
    known: dict[str, Watched] = {}
    while not stopped.wait(EVERY_S):
        try:
            look_at(known, timezone.now())
        except (DatabaseError, ValueError) as error:
            log.error("folders could not be looked at: %s", type(error).__name__)
        finally:
            close_old_connections()
