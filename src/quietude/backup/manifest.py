"""What one backup holds: in full under encryption, and in the clear only what copying, checking and pruning need."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import orjson

EDITION = 1  # of the repository's layout


@dataclass(frozen=True, slots=True, kw_only=True)
class FileEntry:
    """One file of the town, in pieces."""

    path: str
    """Where it comes back to: "var/<town>/ledger.sqlite3", "towns/<town>/town.yml", "portal.pgdump"."""
    size_bytes: int
    sha256: str
    mode: int
    pieces: tuple[str, ...]
    """Names of the objects that hold it, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """A backup in full. Only whoever holds a private key reads it."""

    town: str
    taken_at: datetime
    software: str
    files: tuple[FileEntry, ...]
    tables: Mapping[str, int]
    """Rows of each table of the store; empty where there was no store."""

    def sealed_form(self) -> bytes:
        """Return it as bytes, to be encrypted."""
        return gzip.compress(orjson.dumps({"edition": EDITION, **asdict(self)}), compresslevel=6, mtime=0)

    @classmethod
    def of(cls, content: bytes) -> Manifest:
        """Read what `sealed_form` wrote.

        Raises:
            ValueError, KeyError, TypeError, OSError, EOFError: it is something else.
        """
        stated = orjson.loads(gzip.decompress(content))
        files = tuple(FileEntry(**{**each, "pieces": tuple(each["pieces"])}) for each in stated["files"])
        return cls(
            town=stated["town"],
            taken_at=datetime.fromisoformat(stated["taken_at"]),
            software=stated["software"],
            files=files,
            tables=stated["tables"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredObject:
    """One encrypted file of the repository."""

    size_bytes: int
    sha256: str
    """Of the encrypted bytes, so that damage shows without a private key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """A backup as anyone with the repository sees it: when, how much, which objects. It exists once all of them do."""

    name: str
    """Moment and a few letters; in the order of time."""
    town: str
    taken_at: datetime
    recipients: tuple[str, ...]
    files: int
    size_bytes: int
    """Of the town's files."""
    added_bytes: int
    """Of the objects that this backup brought."""
    manifest: str
    """Name of the object that holds the manifest."""
    objects: Mapping[str, StoredObject]

    def clear_form(self) -> bytes:
        """Return it as bytes, to be written in the clear."""
        packed = {name: [each.size_bytes, each.sha256] for name, each in sorted(self.objects.items())}
        stated: dict[str, Any] = {**asdict(self), "edition": EDITION, "objects": packed}
        return gzip.compress(orjson.dumps(stated), compresslevel=1, mtime=0)

    @classmethod
    def of(cls, content: bytes) -> Index:
        """Read what `clear_form` wrote.

        Raises:
            ValueError, KeyError, OSError: it is something else.
        """
        stated = orjson.loads(gzip.decompress(content))
        if stated.pop("edition") != EDITION:
            raise ValueError("it was written by another edition of the software")
        objects = {
            name: StoredObject(size_bytes=size, sha256=digest) for name, (size, digest) in stated["objects"].items()
        }
        when = datetime.fromisoformat(stated["taken_at"])
        return cls(**{**stated, "taken_at": when, "recipients": tuple(stated["recipients"]), "objects": objects})
