"""An outside witness: it remembers the last checkpoint it saw of each log, and signs only what continues it.

A log that is cut short, or written anew with its own key, cannot show its new checkpoint to a witness: no proof leads
there from the one that the witness holds. Source of the exchange: c2sp.org/tlog-witness (add-checkpoint).
"""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import orjson
from filelock import FileLock

from quietude.journal.errors import JournalError
from quietude.journal.merkle import EMPTY_ROOT, Nodes, consistency_proof, is_consistent
from quietude.journal.note import Checkpoint, SigningKey, VerifierKey, cosign, open_note

MAX_PROOF = 63  # a tree of 2^63 entries has no longer one


class RefusedError(JournalError):
    """The witness does not sign. `size` is that of the checkpoint that it holds: a proof must start there."""

    def __init__(self, why: str, size: int) -> None:
        super().__init__(why)
        self.size = size


@dataclass(frozen=True, slots=True)
class Request:
    """A checkpoint shown to a witness, with the proof that it continues the one of `old` entries."""

    old: int
    proof: tuple[bytes, ...]
    note: str

    def __str__(self) -> str:
        hashes = "".join(f"{base64.b64encode(step).decode()}\n" for step in self.proof)
        return f"old {self.old}\n{hashes}\n{self.note}"

    @classmethod
    def parse(cls, text: str) -> Request:
        """Return the request of a text.

        Raises:
            JournalError: it is none.
        """
        head, _, note = text.partition("\n\n")
        first, *lines = head.split("\n")
        size = first.removeprefix("old ")
        if not first.startswith("old ") or not size.isascii() or not size.isdecimal() or len(lines) > MAX_PROOF:
            raise JournalError("not a request: 'old <size>', the hashes of the proof, an empty line, the checkpoint")
        try:
            return cls(int(size), tuple(base64.b64decode(line, validate=True) for line in lines), note)
        except binascii.Error as error:
            raise JournalError("not a request: a hash of the proof is not base64") from error


def request(note: str, checkpoint: Checkpoint, *, old: int, nodes: Nodes) -> Request:
    """Return what a log shows to a witness that holds its checkpoint of `old` entries."""
    return Request(old, consistency_proof(old, checkpoint.size, nodes), note)


class Witness:
    """Holds one checkpoint a log, in a file; what it signed once it never contradicts, also after a crash."""

    def __init__(self, key: SigningKey, logs: Sequence[VerifierKey], state: Path) -> None:
        self._key = key
        self._logs: Mapping[str, VerifierKey] = {log.name: log for log in logs}
        self._state = state

    def held(self, origin: str) -> Checkpoint:
        """Return the last checkpoint seen of a log; that of the empty log when none was."""
        return self._read().get(origin, Checkpoint(origin, 0, EMPTY_ROOT))

    def sign(self, shown: Request, *, at: datetime) -> str:
        """Return the checkpoint with the witness's own signature added, when it continues what the witness holds.

        Raises:
            RefusedError: it is older, forked, or the proof does not lead to it.
            JournalError: no log of ours signed it.
        """
        origin = shown.note.partition("\n")[0]
        if origin not in self._logs:
            raise JournalError(f"{origin!r} is no log of this witness: it must be given the log's public key first")
        new, _ = open_note(shown.note, self._logs[origin])
        with FileLock(self._state.with_name(f"{self._state.name}.lock")):
            held = self.held(origin)
            self._check(held, new, shown)
            # on disk before it is signed: after a crash in between the log asks again, and gets the same answer
            self._write({**self._read(), origin: new})
        return shown.note + cosign(new, self._key, at=at)

    @staticmethod
    def _check(held: Checkpoint, new: Checkpoint, shown: Request) -> None:
        if new.size < held.size:
            why = f"older: it has {new.size} entries, {held.size} were seen before; the log was put back or cut short"
            raise RefusedError(why, held.size)
        if new.size == held.size and new.root != held.root:
            raise RefusedError(f"forked: another log of {held.size} entries was seen before", held.size)
        if shown.old != held.size:
            raise RefusedError(f"the proof starts at {shown.old} entries, it must at {held.size}", held.size)
        if not is_consistent(held.size, new.size, held.root, new.root, shown.proof):
            why = f"inconsistent: the first {held.size} of its {new.size} entries are not those seen before"
            raise RefusedError(why, held.size)

    def _read(self) -> dict[str, Checkpoint]:
        if not self._state.exists():
            return {}
        try:
            kept = orjson.loads(self._state.read_bytes())
            return {origin: Checkpoint.parse(text) for origin, text in kept.items()}
        except (ValueError, AttributeError, JournalError) as error:
            raise JournalError(f"{self._state}: this is not the state of a witness; put its backup back") from error

    def _write(self, kept: Mapping[str, Checkpoint]) -> None:
        data = orjson.dumps({origin: each.text.decode() for origin, each in kept.items()}, option=orjson.OPT_INDENT_2)
        write_whole(self._state, data)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that a crash leaves the old one or the new one, on disk when this returns."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.new")
    with beside.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
