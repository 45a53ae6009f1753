"""Signed notes, keys and checkpoints, in the text forms of C2SP: read by the tools of other transparency logs.

Sources: c2sp.org/signed-note, c2sp.org/tlog-checkpoint, c2sp.org/tlog-cosignature; the private key's text form is
that of golang.org/x/mod/sumdb/note.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import IntEnum

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from quietude.journal.errors import JournalError
from quietude.journal.merkle import HASH_BYTES

KEY_BYTES = 32
MAX_NOTE_BYTES = 64 * 1024  # sixteen signatures, which a reader must accept, take a few kilobytes
NAME = re.compile(r"[^\s+\x00-\x1f\x7f]+")
SIGNATURE_LINE = re.compile(r"— (\S+) (\S+)")
SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


class Use(IntEnum):
    """What a key signs: the type byte of signed notes."""

    LOG = 0x01
    WITNESS = 0x04


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key with its name: `name+hash+base64`."""

    name: str
    use: Use
    raw: bytes

    @property
    def id(self) -> bytes:
        """Return the four bytes that name the key in a signature."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.use]) + self.raw).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{_text(bytes([self.use]) + self.raw)}"

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """Return the key that `text` states.

        Raises:
            JournalError: it is no such text, or its hash does not fit.
        """
        key = cls(*_parse_key(text.strip().split("+", 2), "a public key is written name+hash+base64"))
        if str(key) != text.strip():
            raise JournalError("the public key does not fit its own hash: it was copied wrongly")
        return key

    def holds(self, signature: bytes, message: bytes) -> bool:
        """Tell whether this key signed the message."""
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, message)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key with its name. It is never printed."""

    name: str
    use: Use
    seed: bytes = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> SigningKey:
        """Return the key of `PRIVATE+KEY+name+hash+base64`."""
        expected = "a private key is written PRIVATE+KEY+name+hash+base64"
        head, _, rest = text.strip().partition("PRIVATE+KEY+")
        if head or not rest:
            raise JournalError(expected)
        key = cls(*_parse_key(rest.split("+", 2), expected))
        if key.to_text() != text.strip():
            raise JournalError("the private key does not fit its own hash: it was copied wrongly")
        return key

    @property
    def public(self) -> VerifierKey:
        """Return the key that others check with."""
        return VerifierKey(self.name, self.use, self._private().public_key().public_bytes_raw())

    def to_text(self) -> str:
        """Return the text form, a secret."""
        return f"PRIVATE+KEY+{self.name}+{self.public.id.hex()}+{_text(bytes([self.use]) + self.seed)}"

    def sign(self, message: bytes) -> bytes:
        """Return the 64 bytes of the signature."""
        return self._private().sign(message)

    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The state of one log: its name, how many entries, the root of their tree."""

    origin: str
    size: int
    root: bytes

    def __post_init__(self) -> None:
        check_name(self.origin.replace(" ", ""))

    @property
    def text(self) -> bytes:
        """Return what is signed."""
        return f"{self.origin}\n{self.size}\n{_text(self.root)}\n".encode()

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """Return the checkpoint that a note's text states; lines after the third are opaque and refused."""
        lines = text.split("\n")
        if len(lines) != 4 or lines[3] or not lines[0] or not SIZE.fullmatch(lines[1]):
            raise JournalError("a checkpoint has three lines: the log's name, its size, its root")
        root = _bytes(lines[2])
        if len(root) != HASH_BYTES:
            raise JournalError(f"the root of a checkpoint has {HASH_BYTES} bytes, this one {len(root)}")
        return cls(lines[0], int(lines[1]), root)


def check_name(name: str) -> None:
    """Raise JournalError for a name that keys and logs cannot bear."""
    if not NAME.fullmatch(name):
        raise JournalError(f"{name!r} cannot name a key: no space, no plus sign, not empty")


def signature_line(key: VerifierKey, signature: bytes) -> str:
    """Return the line of one signature."""
    return f"— {key.name} {_text(key.id + signature)}\n"


def sign(checkpoint: Checkpoint, key: SigningKey) -> str:
    """Return the signed note of a checkpoint."""
    line = signature_line(key.public, key.sign(checkpoint.text))
    return f"{checkpoint.text.decode()}\n{line}"


def cosign(checkpoint: Checkpoint, key: SigningKey, *, at: datetime) -> str:
    """Return a witness's signature line: it saw this checkpoint follow all those it saw before, at this time."""
    seconds = int(at.timestamp())
    signature = key.sign(_cosigned(checkpoint.text, seconds))
    return signature_line(key.public, struct.pack(">Q", seconds) + signature)


def open_note(note: str, key: VerifierKey) -> tuple[Checkpoint, datetime | None]:
    """Return the checkpoint that `key` signed, and for a witness's key when.

    Raises:
        JournalError: the note is malformed, `key` did not sign it, or its signature is wrong.
    """
    text, lines = split_note(note)
    for line in lines:
        name, blob = _signature(line)
        if name != key.name or blob[:4] != key.id:
            continue
        signed_at = None
        message, signature = text.encode(), blob[4:]
        if key.use is Use.WITNESS and len(signature) == 72:
            seconds = int(struct.unpack(">Q", signature[:8])[0])
            message, signature = _cosigned(message, seconds), signature[8:]
            signed_at = datetime.fromtimestamp(min(seconds, 2**37), UTC)
        if not key.holds(signature, message):
            raise JournalError(f"the signature of {key.name} does not fit the checkpoint: it was altered")
        return Checkpoint.parse(text), signed_at
    raise JournalError(f"{key.name} ({key.id.hex()}) did not sign this checkpoint")


def split_note(note: str) -> tuple[str, list[str]]:
    """Return the text and the signature lines of a note."""
    text, blank, signatures = note.rpartition("\n\n")
    if not blank or not signatures.endswith("\n") or len(note.encode()) > MAX_NOTE_BYTES:
        raise JournalError("not a signed note: a text, an empty line, signatures")
    if any(ord(letter) < 0x20 and letter != "\n" for letter in note):
        raise JournalError("not a signed note: it holds control characters")
    lines = signatures.removesuffix("\n").split("\n")
    if not all(_parts(lines)):
        raise JournalError("not a signed note: a line of signatures is not '— name base64'")
    return text + "\n", lines


def _parts(lines: list[str]) -> Iterator[bool]:
    for line in lines:
        yield SIGNATURE_LINE.fullmatch(line) is not None and len(_signature(line)[1]) > 4


def _signature(line: str) -> tuple[str, bytes]:
    _, name, blob = line.split(" ")
    return name, _bytes(blob)


def _cosigned(text: bytes, seconds: int) -> bytes:
    return b"cosignature/v1\ntime %d\n" % seconds + text


def _parse_key(pieces: list[str], expected: str) -> tuple[str, Use, bytes]:
    if len(pieces) != 3:
        raise JournalError(expected)
    check_name(pieces[0])
    raw = _bytes(pieces[2])
    if len(raw) != KEY_BYTES + 1 or raw[0] not in set(Use):
        raise JournalError(f"{expected}, of an Ed25519 key for a log (type 1) or a witness (type 4)")
    return pieces[0], Use(raw[0]), raw[1:]


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _bytes(text: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise JournalError("not base64") from error
    if _text(data) != text:
        raise JournalError("not base64 in its one form")
    return data
