"""The connector of a folder of this machine, or of a share that it mounts."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from quietude.documents.connectors.change import (
    Change,
    ConnectorError,
    Fetched,
    GoneError,
    Item,
    Skipped,
    UnsettledError,
    VanishedError,
)
from quietude.documents.connectors.comparing import is_left, listed_changes
from quietude.documents.connectors.copying import copying
from quietude.documents.connectors.naming import is_plain, media_type_of, shown_name

BLOCK_BYTES = 1 << 20
DEEPEST = 64  # folders within folders; a person nests five


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """Follows the files of a folder. Links are not followed: they could lead out of it, or in circles."""

    root: Path
    leave: tuple[str, ...] = ()
    deletions: float = 0.2

    def changes(self, cursor: str | None, *, deletions_allowed: int = 0) -> Iterator[Change]:
        """Yield what changed: by size and time of the last change."""
        return listed_changes("folder", self._walk(""), cursor, share=self.deletions, allowed=deletions_allowed)

    def _walk(self, folder: str) -> Iterator[Item | Skipped]:
        try:
            with os.scandir(self.root / folder) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError as error:
            if not folder:
                raise VanishedError(
                    f"the folder {self.root.name!r} cannot be read ({error.strerror}): is the share mounted?"
                ) from error
            yield Skipped(folder, f"the folder cannot be read ({error.strerror}): give this account the right to")
            return
        for entry in entries:
            yield from self._entry(entry, f"{folder}/{entry.name}".lstrip("/"))

    def _entry(self, entry: os.DirEntry[str], key: str) -> Iterator[Item | Skipped]:
        if is_left(entry.name, self.leave):
            return
        if not entry.name.isprintable() or not is_plain(key):  # bytes that are no UTF-8 come as lone surrogates
            shown = key.encode("utf-8", "backslashreplace").decode()
            yield Skipped(shown, "the name is not text in UTF-8, or holds control signs: rename it")
            return
        try:
            about = entry.stat(follow_symlinks=False)
        except OSError:
            return  # gone since it was listed
        if stat.S_ISDIR(about.st_mode) and key.count("/") < DEEPEST:
            yield from self._walk(key)
        elif stat.S_ISREG(about.st_mode):
            yield Item(
                key=key,
                name=shown_name(entry.name),
                folder=shown_folder(key),
                media_type=media_type_of(entry.name),
                size=about.st_size,
                modified=datetime.fromtimestamp(about.st_mtime, UTC),
                etag=_stamp(about),
            )
        else:
            yield Skipped(key, "it is a link, a device, or lies too deep: it is not followed")

    def fetch(self, key: str, into: Path, limit_bytes: int) -> Fetched:
        """Copy a file; once more if it changes meanwhile."""
        with self._opened(key) as source, copying(into, limit_bytes) as copy:
            for _ in range(2):
                before = _stamp(os.fstat(source))
                os.lseek(source, 0, os.SEEK_SET)
                while block := _read(source):
                    copy.write(block)
                if _stamp(os.fstat(source)) == before:
                    return copy.fetched
                copy.restart()
            raise UnsettledError(f"{key!r} changes while it is read: it is taken once it rests")

    @contextmanager
    def _opened(self, key: str) -> Iterator[int]:
        """Open a file folder by folder, each without following links: one that was put in between leads nowhere."""
        if not is_plain(key):
            raise GoneError(f"{key!r} is no path within the folder")
        *folders, name = key.split("/")
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC
        opened: list[int] = []
        try:
            try:
                opened.append(os.open(self.root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC))
            except OSError as error:
                raise VanishedError(f"the folder {self.root.name!r} cannot be read ({error.strerror})") from error
            try:
                for folder in folders:
                    opened.append(os.open(folder, flags | os.O_DIRECTORY, dir_fd=opened[-1]))
                opened.append(os.open(name, flags | os.O_NONBLOCK, dir_fd=opened[-1]))
            except OSError as error:
                raise GoneError(f"{key!r} is no longer there, or may not be read ({error.strerror})") from error
            if not stat.S_ISREG(os.fstat(opened[-1]).st_mode):
                raise GoneError(f"{key!r} is no file any more")
            yield opened[-1]
        finally:
            for one in reversed(opened):
                os.close(one)

    def close(self) -> None:
        """Nothing stays open."""


def _read(source: int) -> bytes:
    try:
        return os.read(source, BLOCK_BYTES)
    except OSError as error:
        raise ConnectorError(f"the file cannot be read ({error.strerror}): look at the disk or the share") from error


def _stamp(about: os.stat_result) -> str:
    return f"{about.st_size}-{about.st_mtime_ns}"


def shown_folder(key: str) -> str:
    """Return the folder of a key with slashes, "" at the root."""
    return key.rpartition("/")[0]
