"""Making a backup: what changed is encrypted and copied, then the index makes the backup exist."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import IO

from quietude import __version__
from quietude.backup.encryption import Recipients
from quietude.backup.gather import Moment, Part, town_at_one_moment
from quietude.backup.known import Known, naming_key
from quietude.backup.manifest import FileEntry, Index, Manifest, StoredObject
from quietude.backup.problem import BackupError, DamagedError, explaining_disk
from quietude.backup.repository import SAFE, Repository
from quietude.config import Settings
from quietude.store.api import StoreError

ATTEMPTS = 5  # an erasure deletes files while they are copied: the next look at the store is without them


class _FileGoneError(Exception):
    """A data file of the store was deleted since the store was looked at."""


@dataclass(slots=True)
class _Copier:
    """Copies pieces that the repository does not have, and counts."""

    repository: Repository
    recipients: Recipients
    key: bytes
    present: set[str]
    earlier: dict[str, StoredObject]
    """Objects that the newest index tells about."""
    used: dict[str, StoredObject] = field(default_factory=dict)
    added_bytes: int = 0

    def piece(self, content: bytes) -> str:
        """Return the name of the object that holds some bytes, written where there is none."""
        name = hashlib.blake2b(content, digest_size=20, key=self.key, person=self.recipients.fingerprint).hexdigest()
        if name not in self.present:
            stored = self.repository.put(name, self.recipients.seal(content))
            self.present.add(name)
            self.used[name] = stored
            self.added_bytes += stored.size_bytes
        else:
            self.use(name)
        return name

    def use(self, name: str) -> None:
        """Count an object that is there as part of this backup."""
        if name not in self.used:
            self.used[name] = self.earlier.get(name) or self.repository.look_at(name)

    def file(self, part: Part) -> FileEntry:
        """Copy one file."""
        digest, size, pieces = hashlib.sha256(), 0, []
        with part.opened() as file:
            for content in _pieces(file, part.piece_bytes):
                digest.update(content)
                size += len(content)
                pieces.append(self.piece(content))
        return FileEntry(
            path=part.path, size_bytes=size, sha256=digest.hexdigest(), mode=part.mode, pieces=tuple(pieces)
        )


def create(settings: Settings, repository: Repository, recipients: Recipients, clock: Callable[[], datetime]) -> Index:
    """Back the town up and return the new backup.

    Killed at any moment, the repository keeps its backups, and the next run goes on from the objects that are there.

    Raises:
        BackupError: something cannot be read or written; no backup was made.
    """
    if repository.path.resolve().is_relative_to(settings.var_dir):
        raise BackupError(
            f"{repository.path} lies inside {settings.var_dir}, which it is to protect: name another folder"
        )
    if not settings.var_dir.is_dir():
        raise BackupError(f"there is nothing to back up: {settings.var_dir} is missing (QUIETUDE_VAR_DIR)")
    with repository.alone(), explaining_disk(settings.var_dir, SAFE):
        for _ in range(ATTEMPTS):
            try:
                return _attempt(settings, repository, recipients, clock)
            except _FileGoneError:
                continue
            except StoreError as error:
                raise BackupError(f"the store cannot be read: {error}; no backup was made") from error
    raise BackupError("files of the store were deleted again and again while they were copied: try once more later")


def _attempt(
    settings: Settings, repository: Repository, recipients: Recipients, clock: Callable[[], datetime]
) -> Index:
    newest = _newest(repository)
    copier = _Copier(
        repository, recipients, naming_key(settings), repository.present(), dict(newest.objects) if newest else {}
    )
    known = Known.read(settings, repository, recipients.fingerprint.hex())
    with town_at_one_moment(settings) as moment:
        taken_at = clock()
        if newest is not None:  # names rise, whatever the clock does
            taken_at = max(taken_at, newest.taken_at + timedelta(microseconds=1))
        files = _copied(moment, copier, known)
    manifest = Manifest(
        town=settings.town,
        taken_at=taken_at,
        software=__version__,
        files=tuple(entry for _, entry in files.values()),
        tables=moment.tables,
    )
    sealed = copier.piece(manifest.sealed_form())
    index = Index(
        name=f"{taken_at:%Y%m%dT%H%M%S.%fZ}",
        town=settings.town,
        taken_at=taken_at,
        recipients=recipients.keys,
        files=len(files),
        size_bytes=sum(entry.size_bytes for entry in manifest.files),
        added_bytes=copier.added_bytes,
        manifest=sealed,
        objects=copier.used,
    )
    repository.add(index)
    known.write({path: (mark, entry) for path, (mark, entry) in files.items() if mark is not None})
    return index


def _newest(repository: Repository) -> Index | None:
    """Return the newest index that can be read; a damaged one is said by `verify` and hinders nothing here."""
    for name in reversed(repository.names()):
        try:
            return repository.index(name)
        except DamagedError:
            continue
    return None


def _copied(moment: Moment, copier: _Copier, known: Known) -> dict[str, tuple[tuple[int, ...] | None, FileEntry]]:
    files: dict[str, tuple[tuple[int, ...] | None, FileEntry]] = {}
    for part in moment.parts:
        entry = known.of(part, copier.present)
        if entry is not None:
            for name in entry.pieces:
                copier.use(name)
        else:
            try:
                entry = copier.file(part)
            except FileNotFoundError as error:
                if part.is_certain:
                    raise _FileGoneError from error
                continue  # deleted since it was listed, as it may be
        files[part.path] = (part.mark, entry)
    return files


def _pieces(file: IO[bytes], size: int) -> Iterator[bytes]:
    while content := _full(file, size):
        yield content


def _full(file: IO[bytes], size: int) -> bytes:
    """Read `size` bytes, less at the end only: a pipe gives what it has."""
    content = file.read(size)
    while content and len(content) < size and (more := file.read(size - len(content))):
        content += more
    return content
