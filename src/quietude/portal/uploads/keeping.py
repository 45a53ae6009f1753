"""Keeps files by the digest of their content, salted where it must not be guessed; one that was changed is noticed."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

DIGEST = re.compile(r"[0-9a-f]{64}")


class Damaged(RuntimeError):  # noqa: N818  # it says what happened
    """What is kept under a digest has another one: the disk failed, or somebody wrote there."""


@dataclass(frozen=True, slots=True)
class Vault:
    """A folder of files, each at `ab/cdef…` for the SHA-256 `abcdef…` of salt and content; names come from them alone.

    Without a salt the same file is kept once. With one of its own, a file is nobody else's: it can be erased without
    asking who else refers to it, and whoever holds its digest cannot tell which file it was.
    """

    folder: Path

    def path(self, digest: str) -> Path:
        """Return where a file is kept.

        Raises:
            ValueError: this is no digest, so that no address leads out of the folder.
        """
        if not DIGEST.fullmatch(digest):
            raise ValueError(f"{digest[:80]!r} is no SHA-256")
        return self.folder / digest[:2] / digest[2:]

    def keep(self, content: bytes, salt: bytes = b"") -> str:
        """Keep a file, readable by its owner alone, and return its digest; on disk when this returns."""
        digest = hashlib.sha256(salt + content).hexdigest()
        path = self.path(digest)
        if not path.is_file():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            beside = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
            with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
        return digest

    def read(self, digest: str, salt: bytes = b"") -> bytes:
        """Return a file.

        Raises:
            FileNotFoundError: nothing is kept under this digest.
            Damaged: it is not what was kept.
        """
        content = self.path(digest).read_bytes()
        if hashlib.sha256(salt + content).hexdigest() != digest:
            raise Damaged(digest)
        return content

    def kept(self) -> Iterator[tuple[str, float]]:
        """Yield the digest of each file, and when it was written (seconds since 1970)."""
        for path in self.folder.glob("[0-9a-f][0-9a-f]/*"):
            digest = path.parent.name + path.name
            if DIGEST.fullmatch(digest) and path.is_file():
                yield digest, path.stat().st_mtime

    def forget(self, digest: str) -> bool:
        """Erase a file; tell whether it was there. Whoever calls knows that nothing else refers to it."""
        path = self.path(digest)
        was_there = path.is_file()
        path.unlink(missing_ok=True)
        return was_there
