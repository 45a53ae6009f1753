"""A folder of backups, here or on another machine's disk: encrypted objects, written once, and one index a backup.

A backup is there when its index is: objects come first, each under another name until it is whole and on the disk. A
run that is killed leaves objects that no index names; the next run uses them, pruning deletes them.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import orjson
from filelock import FileLock, Timeout

from quietude.backup.manifest import EDITION, Index, StoredObject
from quietude.backup.problem import BackupError, BusyError, DamagedError, explaining_disk

NOTE, OBJECTS, BACKUPS = "repository.json", "objects", "backups"
SUFFIX, INDEX_SUFFIX, MAKING = ".age", ".index.gz", ".making"
SAFE = "this backup was not made, the ones before are whole"


@dataclass(frozen=True, slots=True)
class Repository:
    """An opened repository: the backups of one town."""

    path: Path
    identifier: str
    town: str

    @classmethod
    def open(cls, path: Path, town: str) -> Repository:
        """Open the repository of a town.

        Raises:
            BackupError: there is none, it cannot be read, or it is another town's.
        """
        try:
            stated = orjson.loads((path / NOTE).read_bytes())
            opened = cls(path, stated["id"], stated["town"])
            edition = stated["edition"]
        except FileNotFoundError as error:
            raise BackupError(
                f"{path} is not a repository of backups: {NOTE} is missing. Is the disk mounted?"
            ) from error
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise BackupError(f"{path / NOTE} cannot be read ({error})") from error
        if edition != EDITION:
            raise BackupError(f"{path} is of edition {edition}; this software knows {EDITION}")
        if opened.town != town:
            raise BackupError(
                f"{path} holds backups of the town {opened.town!r}, not of {town!r}: "
                f"name another folder, or the town with `quietude --town {opened.town}`"
            )
        return opened

    @classmethod
    def open_or_make(cls, path: Path, town: str) -> Repository:
        """Open the repository of a town, made where the folder is missing or empty.

        Raises:
            BackupError: the folder holds something else, or another town's backups.
        """
        with explaining_disk(path, SAFE):
            path.mkdir(parents=True, exist_ok=True)
            rest = {each.name for each in path.iterdir()} - {OBJECTS, BACKUPS, ".lock", f"{NOTE}{MAKING}"}
            if not (path / NOTE).exists() and not rest:
                for name in (OBJECTS, BACKUPS):
                    (path / name).mkdir(exist_ok=True)
                stated = {"edition": EDITION, "id": secrets.token_hex(8), "town": town}
                write_whole(path / NOTE, orjson.dumps(stated, option=orjson.OPT_INDENT_2))
        return cls.open(path, town)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the repository: one run writes at a time. A killed run's lock is free at once.

        Raises:
            BusyError: another run holds it.
            BackupError: it cannot be written to.
        """
        lock = FileLock(self.path / ".lock", timeout=0)
        try:
            lock.acquire()
        except Timeout as error:
            raise BusyError(f"another backup or pruning is at work in {self.path}: wait until it has ended") from error
        except OSError as error:
            raise BackupError(f"{self.path} cannot be written to: {error.strerror}") from error
        try:
            yield
        finally:
            lock.release()

    def object_path(self, name: str) -> Path:
        """Return where an object lies."""
        return self.path / OBJECTS / name[:2] / f"{name}{SUFFIX}"

    def present(self) -> set[str]:
        """Return the names of the objects that are there."""
        return {path.stem for path in (self.path / OBJECTS).glob(f"??/*{SUFFIX}")}

    def put(self, name: str, sealed: bytes) -> StoredObject:
        """Write an object; whole and on the disk when this returns."""
        path = self.object_path(name)
        with explaining_disk(self.path, SAFE):
            path.parent.mkdir(exist_ok=True)
            write_whole(path, sealed)
        return StoredObject(size_bytes=len(sealed), sha256=hashlib.sha256(sealed).hexdigest())

    def look_at(self, name: str) -> StoredObject:
        """Return what an object is that no index tells about."""
        sealed = self.object_path(name).read_bytes()
        return StoredObject(size_bytes=len(sealed), sha256=hashlib.sha256(sealed).hexdigest())

    def get(self, name: str, expected: StoredObject) -> bytes:
        """Return the encrypted bytes of an object.

        Raises:
            DamagedError: it is missing, or not what was written.
        """
        path = self.object_path(name)
        try:
            sealed = path.read_bytes()
        except OSError as error:
            raise DamagedError(f"{path} cannot be read: {error.strerror}") from error
        if len(sealed) != expected.size_bytes or hashlib.sha256(sealed).hexdigest() != expected.sha256:
            raise DamagedError(f"{path} is damaged: it is not what was written")
        return sealed

    def add(self, index: Index) -> None:
        """Make a backup exist: its objects are all there."""
        with explaining_disk(self.path, SAFE):
            write_whole(self.index_path(index.name), index.clear_form())

    def index_path(self, name: str) -> Path:
        """Return where the index of a backup lies."""
        return self.path / BACKUPS / f"{name}{INDEX_SUFFIX}"

    def names(self) -> list[str]:
        """Return the names of the backups, oldest first."""
        return sorted(path.name.removesuffix(INDEX_SUFFIX) for path in (self.path / BACKUPS).glob(f"*{INDEX_SUFFIX}"))

    def index(self, name: str | None = None) -> Index:
        """Return one backup's index, the newest by default.

        Raises:
            BackupError: there is none of that name.
            DamagedError: it cannot be read.
        """
        there = self.names()
        if not there:
            raise BackupError(f"{self.path} holds no backup yet")
        chosen = name if name is not None else there[-1]
        if chosen not in there:
            raise BackupError(f"no backup {chosen!r} in {self.path}; the newest are: {', '.join(there[-5:])}")
        path = self.index_path(chosen)
        try:
            return Index.of(path.read_bytes())
        except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
            raise DamagedError(f"{path} is damaged: {error}") from error

    def indexes(self) -> list[Index]:
        """Return all backups, oldest first."""
        return [self.index(name) for name in self.names()]


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole and on the disk, or not at all."""
    making = path.with_name(f"{path.name}{MAKING}")
    try:
        with making.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        making.replace(path)
    except OSError:
        making.unlink(missing_ok=True)
        raise
    handle = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
