"""Copying a document into a file of ours: bounded, hashed on its way, whole or not at all."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from quietude.documents.connectors.change import ConnectorError, Fetched, TooLargeError


class Copy:
    """A file that is being written."""

    def __init__(self, file: BinaryIO, limit_bytes: int) -> None:
        self._file, self._limit = file, limit_bytes
        self._hash, self.size = hashlib.sha256(), 0

    def write(self, block: bytes) -> None:
        """Add a block.

        Raises:
            TooLargeError: there is more than allowed.
            ConnectorError: it cannot be written here.
        """
        self.size += len(block)
        if self.size > self._limit:
            raise TooLargeError(f"the document is larger than the {self._limit} bytes allowed: raise max_bytes")
        self._hash.update(block)
        try:
            self._file.write(block)
        except OSError as error:
            raise ConnectorError(f"the copy cannot be written ({error.strerror}): make room on this machine") from error

    def restart(self) -> None:
        """Forget what came: the server is asked again."""
        self._file.seek(0)
        self._file.truncate()
        self._hash, self.size = hashlib.sha256(), 0

    @property
    def fetched(self) -> Fetched:
        """Return what was copied."""
        return Fetched(sha256=self._hash.hexdigest(), size=self.size)


@contextmanager
def copying(into: Path, limit_bytes: int) -> Iterator[Copy]:
    """Write a new file; after an error there is none."""
    with into.open("xb") as file:
        try:
            yield Copy(file, limit_bytes)
            file.flush()
        except BaseException:
            into.unlink(missing_ok=True)
            raise
