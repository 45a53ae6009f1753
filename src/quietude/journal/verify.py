"""Check a journal of acts. Stands alone: copy this file anywhere; it needs Python 3.11 and the package `cryptography`.

It shares no code with what writes the journal, on purpose: two readings of one format (RFC 6962, C2SP signed notes).
Answers: 0 nothing is wrong; 1 something is, named line by line; 2 it could not be checked.
"""

from __future__ import annotations

import argparse
import base64
import json
import sqlite3
import sys
from bisect import bisect_left
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

INTACT, DAMAGED, UNCHECKED = 0, 1, 2
KINDS = {"collect", "modify", "consult", "communicate", "link", "erase"}
PARTS = ("actor", "subject")
CLOCK_TOLERANCE = timedelta(seconds=2)  # as the journal's writer has it
ROWS = (
    "SELECT l.idx, l.leaf, l.hash, p.actor_salt, p.actor, p.subject_salt, p.subject "
    "FROM journal_leaf l LEFT JOIN journal_payload p ON p.idx = l.idx ORDER BY l.idx"
)
NO_HASH = bytes(32)
Outside = tuple[str, int, bytes]  # origin, size and root of a checkpoint kept elsewhere
MANY = 1000  # findings after which there is nothing more to learn


class CannotVerify(Exception):  # noqa: N818 - it is no fault of the log
    """The check could not be made."""


class Finding(NamedTuple):
    """What is wrong, and with which entries (first to last)."""

    first: int
    last: int
    what: str

    def __str__(self) -> str:
        named = f"entry {self.first}" if self.first == self.last else f"entries {self.first} to {self.last}"
        return f"{named}: {self.what}"


class Key(NamedTuple):
    """A public key, written name+hash+base64."""

    name: str
    id: bytes
    kind: int
    public: Ed25519PublicKey

    @classmethod
    def parse(cls, text: str) -> Key:
        """Return the key of a text, or of the file that the text names."""
        try:
            text = Path(text).read_text(encoding="utf-8") if "+" not in text else text
            name, stated, encoded = text.strip().split("+", 2)
            raw = base64.b64decode(encoded, validate=True)
            key_id = sha256(name.encode() + b"\n" + raw).digest()[:4]
            if key_id.hex() != stated or raw[0] not in (1, 4):
                raise ValueError("its hash does not fit")
            return cls(name, key_id, raw[0], Ed25519PublicKey.from_public_bytes(raw[1:]))
        except (OSError, ValueError, IndexError) as error:
            raise CannotVerify(f"not a public key (name+hash+base64), nor a file of one: {error}") from error

    def signed(self, message: bytes, signature: bytes) -> bool:
        """Tell whether this key signed the message."""
        stamp, signature = signature[:-64], signature[-64:]
        if self.kind == 4:  # a witness's, with its time (C2SP tlog-cosignature)
            message = b"cosignature/v1\ntime %d\n" % int.from_bytes(stamp, "big") + message
        try:
            self.public.verify(signature, message)
        except InvalidSignature:
            return False
        return len(stamp) == (8 if self.kind == 4 else 0)

    def open(self, note: str) -> Outside:
        """Return origin, size and root of a note that this key signed."""
        text, _, signatures = note.rpartition("\n\n")
        try:
            for line in signatures.splitlines():
                _, name, blob = line.split(" ")
                data = base64.b64decode(blob, validate=True)
                if (name, data[:4]) == (self.name, self.id) and self.signed(text.encode() + b"\n", data[4:]):
                    origin, size, root = text.split("\n")
                    return origin, int(size), base64.b64decode(root, validate=True)
        except ValueError as error:
            raise CannotVerify(f"not a checkpoint: {error}") from error
        raise CannotVerify(f"this checkpoint bears no valid signature of {self.name}: it proves nothing")


class Tree:
    """The hash tree over the leaves as they are now."""

    def __init__(self, hashes: list[bytes]) -> None:
        self.levels = [hashes]
        while len(below := self.levels[-1]) > 1:
            pairs = zip(below[::2], below[1::2], strict=False)
            self.levels.append([sha256(b"\x01" + left + right).digest() for left, right in pairs])

    def root(self, size: int) -> bytes:
        """Return the root of the first `size` leaves."""
        root, start = b"", size
        for level in range(size.bit_length()):
            if size >> level & 1:
                start -= 1 << level
                subtree = self.levels[level][start >> level]
                root = sha256(b"\x01" + subtree + root).digest() if root else subtree
        return root or sha256(b"").digest()


class Check:
    """One check of one log: reads every row once, then the tree, then what was signed."""

    def __init__(self, connection: sqlite3.Connection, key: Key) -> None:
        self.connection, self.key = connection, key
        self.findings: list[Finding] = []
        self.hashes: list[bytes] = []
        self.lost: dict[str, list[int]] = {part: [] for part in PARTS}
        self.erased: list[tuple[str, int, int]] = []
        self.before: datetime | None = None
        connection.text_factory = lambda raw: raw.decode(errors="replace")  # bytes that are no text: altered, not fatal

    def _report(self, first: int, what: str, last: int | None = None) -> None:
        if len(self.findings) < MANY:
            self.findings.append(Finding(first, first if last is None else last, what))

    def run(self) -> list[Finding]:
        """Return all that is wrong within the log and its own signatures."""
        (rows,) = self.connection.execute("SELECT count(*) FROM journal_leaf").fetchone()
        for index, *row in self.connection.execute(ROWS):
            if 0 <= index <= 2 * rows + MANY:
                self._check_row(index, *row)
            else:
                self._report(index, "moved: no entry can have this number")
        self.tree = Tree(self.hashes)
        self._check_nodes()
        self._check_head()
        self._check_payloads()
        self._check_signatures()
        return self.findings

    def _check_row(self, index: int, text: str, stored: bytes, *parts: bytes | str | None) -> None:
        if index > len(self.hashes):
            self._report(len(self.hashes), "missing: deleted from the log", index - 1)
            self.hashes += [NO_HASH] * (index - len(self.hashes))
            self.before = None
        self.hashes.append(digest := sha256(b"\x00" + str(text).encode()).digest())
        before, self.before = self.before, None
        if digest != stored:
            self._report(index, "altered: the entry does not fit its own hash")
        try:
            leaf = json.loads(text)
            canonical = json.dumps(leaf, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
            at, commitments = datetime.fromisoformat(leaf["at"]), [leaf[part] for part in PARTS]
            number, is_known = leaf["index"], leaf["kind"] in KINDS and leaf["v"] == 1 and canonical == text
            erased = [(part, int(a), int(b)) for part, runs in leaf.get("erased", {}).items() for a, b in runs]
            is_back = before is not None and before - at > CLOCK_TOLERANCE
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
            return self._report(index, "altered: not an entry of a journal")
        if number != index:
            return self._report(index, f"swapped: it says that it is entry {number}")
        if not is_known or any(leaf["kind"] != "erase" or last >= index for _, _, last in erased):
            self._report(index, "altered: not in the one form of an entry")
        elif before is not None and is_back != ("clock_back_us" in leaf):
            self._report(index, "altered: its time and its flag of a clock put back do not fit")
        self.before = at if digest == stored else None
        self.erased += erased
        for part, commitment, salt, body in zip(PARTS, commitments, parts[::2], parts[1::2], strict=True):
            if salt is None and body is None:
                self.lost[part].append(index)
            elif not isinstance(salt, bytes) or sha256(salt + str(body).encode()).hexdigest() != commitment:
                self._report(index, f"payload altered: the {part} does not fit what the entry committed to")
        return None

    def _check_payloads(self) -> None:
        size, known = len(self.hashes), {i for each in self.findings for i in range(each.first, each.last + 1)}
        for part, lost in self.lost.items():
            said = {i for name, a, b in self.erased if name == part for i in range(max(a, 0), min(b + 1, size))}
            for index in sorted(set(lost) - said):
                self._report(index, f"payload deleted: the {part} is gone, and no entry says that it was erased")
            for index in sorted(said - set(lost) - known):
                self._report(index, f"payload came back: the {part} was erased, and is here again")
        for (index,) in self.connection.execute("SELECT idx FROM journal_payload EXCEPT SELECT idx FROM journal_leaf"):
            if not self._touched(index, index):
                self._report(index, "missing: its payload is here, the entry is not")

    def _touched(self, first: int, last: int) -> bool:
        torn = (found for found in self.findings if not found.what.startswith("payload"))  # those leave the tree whole
        return any(found.first <= last and first <= found.last for found in torn)

    def _check_nodes(self) -> None:
        for level, hashes in enumerate(self.tree.levels[1:], start=1):
            stored = dict(self.connection.execute("SELECT idx, hash FROM journal_node WHERE level = ?", (level,)))
            for index in sorted({place for place, _ in stored.items() ^ dict(enumerate(hashes)).items()}):
                first, last = index << level, ((index + 1) << level) - 1
                if not self._touched(first, last):
                    self._report(first, "the stored hash over them does not fit them: one was altered or removed", last)

    def _check_head(self) -> None:
        heads = self.connection.execute("SELECT origin, size, frontier FROM journal_head").fetchall()
        if len(heads) != 1 or heads[0][0] != self.key.name:
            raise CannotVerify(f"this is not the journal of {self.key.name}: check the key")
        (_, size, frontier), count = heads[0], len(self.hashes)
        if size > count:
            self._report(count, "missing: the log was truncated, its head counts them", size - 1)
        if size < count:
            self._report(size, "not in the head: added beside the journal, or the head was put back", count - 1)
        levels = [level for level in range(count.bit_length() - 1, -1, -1) if count >> level & 1]
        packed = b"".join(self.tree.levels[level][(count >> level) - 1] for level in levels)
        if size == count and frontier != packed and not self._touched(0, count):
            self._report(0, "the head does not fit the entries: one was altered, or the head was", max(count - 1, 0))

    def _check_signatures(self) -> None:
        query = "SELECT idx + 1, signature FROM journal_leaf WHERE typeof(signature) = 'blob'"
        signed = dict(self.connection.execute(query))
        sizes = sorted(size for size in signed if 0 < size <= len(self.hashes))
        last, count = sizes[-1] if sizes else 0, len(self.hashes)
        if last < count and not self._touched(0, count):
            self._report(last, "not signed: added without the key, or their signature was removed", count - 1)
        if not sizes or self._fits(last, signed[last]):
            return
        # a checkpoint fits as long as all entries before its end are those that were signed: the first that does not
        bad = bisect_left(sizes, True, key=lambda size: not self._fits(size, signed[size]))
        if not self._touched(0, sizes[bad] - 1):
            first = sizes[bad - 1] if bad else 0
            self._report(first, "altered: it, or its signature, is not what the journal's key signed", sizes[bad] - 1)

    def _fits(self, size: int, signature: bytes) -> bool:
        root = base64.b64encode(self.tree.root(size))
        return self.key.signed(b"%s\n%d\n%s\n" % (self.key.name.encode(), size, root), bytes(signature))

    def check_outside(self, checkpoints: Iterable[Outside]) -> None:
        """Hold the log against checkpoints kept elsewhere: only they show a log cut or made anew with its key."""
        agreed, count = 0, len(self.hashes)
        for origin, size, root in sorted(set(checkpoints), key=lambda each: each[1]):
            if origin != self.key.name:
                raise CannotVerify(f"a checkpoint is that of {origin}, the journal is {self.key.name}")
            if size <= count and self.tree.root(size) == root:
                agreed = size
                continue
            first = count if size > count else agreed
            what = "missing: the log was truncated" if size > count else "forked: not the log it was"
            if not self._touched(first, size - 1):
                self._report(first, f"{what}, says the checkpoint of {size} entries kept outside", size - 1)


def examine(connection: sqlite3.Connection, key: Key, outside: Iterable[Outside] = ()) -> tuple[list[Finding], int]:
    """Return what is wrong, in order, and how many entries there are."""
    (check := Check(connection, key)).run()
    check.check_outside(outside)
    return sorted(check.findings), len(check.hashes)


def read_outside(paths: Iterable[Path], key: Key) -> list[Outside]:
    """Return the checkpoints of files, and of the text files in folders, that `key` signed."""
    files = [file for path in paths for file in (sorted(path.glob("*.txt")) if path.is_dir() else [path])]
    return [key.open(file.read_text(encoding="utf-8")) for file in files]


def main(argv: list[str] | None = None) -> int:
    """Check what the command line names and say in words what was found."""
    parser = argparse.ArgumentParser(description="Check a journal of acts.")
    parser.add_argument("--log", type=Path, required=True, help="the SQLite file of the journal")
    parser.add_argument("--key", required=True, help="public key of the journal, or its file; not from the same disk")
    parser.add_argument("--checkpoint", type=Path, action="append", default=[], help="a checkpoint kept elsewhere")
    parser.add_argument("--witness", type=Path, action="append", default=[], help="a witness's file or folder")
    parser.add_argument("--witness-key", help="public key of the witness, or its file")
    asked = parser.parse_args(argv)
    try:
        key = Key.parse(asked.key)
        outside = read_outside(asked.checkpoint, key)
        if asked.witness:
            outside += read_outside(asked.witness, Key.parse(asked.witness_key or "(--witness-key is missing)"))
        connection = sqlite3.connect(f"{asked.log.resolve(strict=True).as_uri()}?mode=ro", uri=True)
        findings, count = examine(connection, key, outside)
    except (CannotVerify, OSError, sqlite3.Error) as error:
        sys.stdout.write(f"NOT CHECKED: {error}\n")
        return UNCHECKED
    if findings:
        sys.stdout.writelines(f"{finding}\n" for finding in findings)
        sys.stdout.write(f"DAMAGED: {len(findings)} findings in a journal of {count} entries.\n")
        return DAMAGED
    against = f"and with {len(outside)} checkpoints kept outside" if outside else "no checkpoint from outside was given"
    sys.stdout.write(f"INTACT: {count} entries agree with the journal's signature; {against}.\n")
    return INTACT


if __name__ == "__main__":
    sys.exit(main())
