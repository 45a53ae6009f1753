"""Encryption by the age format (C2SP): to public keys here, opened by private keys that are kept elsewhere."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyrage

from quietude.backup.problem import BackupError, DamagedError, WrongKeyError

PUBLIC, PRIVATE = "age1", "AGE-SECRET-KEY-1"


@dataclass(frozen=True, slots=True)
class Recipients:
    """Who can open what is sealed: at least one public key, in a fixed order."""

    keys: tuple[str, ...]
    _opened: tuple[Any, ...] = field(repr=False, compare=False)

    @classmethod
    def read(cls, keys: Sequence[str]) -> Recipients:
        """Return the recipients that public keys name.

        Raises:
            BackupError: there is none, or one is not a public key of age.
        """
        chosen = tuple(sorted({key.strip() for key in keys if key.strip()}))
        if not chosen:
            raise BackupError(
                "no recipient: give the public key of whoever may restore (--recipient or QUIETUDE_BACKUP_RECIPIENTS); "
                "`quietude backup keygen FILE` makes a pair of keys."
            )
        for key in chosen:
            if not key.startswith(PUBLIC):
                said = "a private key: keep it away from here" if key.upper().startswith(PRIVATE) else f"{key!r}"
                raise BackupError(f"expected a public key that begins with {PUBLIC}, not {said}")
        try:
            return cls(chosen, tuple(pyrage.x25519.Recipient.from_str(key) for key in chosen))
        except pyrage.RecipientError as error:
            raise BackupError(f"not a public key of age, or not whole: {', '.join(chosen)} ({error})") from error

    @property
    def fingerprint(self) -> bytes:
        """Return 16 bytes that change with the recipients: what others sealed is not reused."""
        return hashlib.blake2b("\n".join(self.keys).encode(), digest_size=16).digest()

    def seal(self, content: bytes) -> bytes:
        """Return the content as one age file."""
        return bytes(pyrage.encrypt(content, list(self._opened)))


@dataclass(frozen=True, slots=True)
class Identities:
    """Private keys."""

    source: Path
    _opened: tuple[Any, ...] = field(repr=False)

    @classmethod
    def read(cls, path: Path) -> Identities:
        """Read a file as age-keygen writes it: one private key a line, comments after #.

        Raises:
            BackupError: the file cannot be read or holds no private key.
        """
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise BackupError(f"the private key cannot be read: {error}") from error
        keys = [line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#")]
        if not keys:
            raise BackupError(f"{path} holds no private key (a line that begins with {PRIVATE})")
        try:
            return cls(path, tuple(pyrage.x25519.Identity.from_str(key) for key in keys))
        except pyrage.IdentityError as error:
            raise BackupError(f"{path}: not a private key of age, a line that begins with {PRIVATE}") from error

    def unseal(self, sealed: bytes, name: str) -> bytes:
        """Return the content of an age file.

        Raises:
            WrongKeyError: it was sealed for others.
            DamagedError: it is not what was sealed.
        """
        try:
            return bytes(pyrage.decrypt(sealed, list(self._opened)))
        except pyrage.DecryptError as error:
            if "matching keys" in str(error):
                raise WrongKeyError(f"no private key in {self.source} opens {name}") from error
            raise DamagedError(f"{name} is damaged: it does not decrypt ({error})") from error


def make_identity(path: Path) -> str:
    """Write a new private key to a new file that only its owner reads; return the public key.

    Raises:
        BackupError: the file is there already, or cannot be written.
    """
    identity = pyrage.x25519.Identity.generate()
    public = str(identity.to_public())
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise BackupError(f"{path} is there already: a private key is never overwritten") from error
    except OSError as error:
        raise BackupError(f"{path} cannot be written: {error.strerror}") from error
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(f"# public key: {public}\n{identity}\n")
        file.flush()
        os.fsync(file.fileno())
    return public
