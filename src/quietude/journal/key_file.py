"""Keys on disk: a private key that only its owner reads, the public key beside it."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from filelock import FileLock

from quietude.journal.errors import JournalError
from quietude.journal.note import KEY_BYTES, SigningKey, Use, VerifierKey, check_name

OWNER_ONLY = 0o600
OTHERS = 0o077


def create_key(path: Path, name: str, use: Use) -> VerifierKey:
    """Make a key, write it to `path` and its public half to `path` with the suffix ".pub"; return the public half.

    Raises:
        JournalError: the name cannot be borne, or a key is there already: replacing it would make the log unreadable.
    """
    check_name(name)
    key = SigningKey(name, use, secrets.token_bytes(KEY_BYTES))
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    except FileExistsError as error:
        raise JournalError(f"{path}: there is a key already; move it away first, and keep its public half") from error
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        os.fchmod(file.fileno(), OWNER_ONLY)
        file.write(f"{key.to_text()}\n")
        file.flush()
        os.fsync(file.fileno())
    public_path(path).write_text(f"{key.public}\n", encoding="utf-8")
    return key.public


def public_path(path: Path) -> Path:
    """Return where the public half of the key at `path` lies."""
    return path.with_name(path.name + ".pub")


def read_key(path: Path, use: Use) -> SigningKey:
    """Return the key of a file.

    Raises:
        JournalError: no file, others may read it, or it is a key for another use.
    """
    try:
        mode = path.stat().st_mode
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise JournalError(f"{path}: no key can be read here; make one with quietude audit key") from error
    if mode & OTHERS:
        raise JournalError(f"{path}: others may read this key (mode {mode & 0o777:o}); run chmod 600 {path}")
    key = SigningKey.parse(text)
    if key.use is not use:
        raise JournalError(f"{path}: this is the key of a {key.use.name.lower()}, a {use.name.lower()}'s was expected")
    return key


def kept_key(path: Path, name: str) -> SigningKey:
    """Return the key of the log `name`, made at first use; processes that need it at once take turns.

    Raises:
        JournalError: others may read it, or it is a key for another use.
        OSError: it cannot be made.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        with FileLock(f"{path}.lock"):
            if not path.exists():
                create_key(path, name, Use.LOG)
    return read_key(path, Use.LOG)
