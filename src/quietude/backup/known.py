"""What an earlier backup already copied, remembered beside the facts: losing it costs time, never a file."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

import orjson

from quietude.backup.gather import KNOWN, Part
from quietude.backup.manifest import FileEntry
from quietude.backup.repository import Repository, write_whole
from quietude.config import Settings

_KEY_BYTES = 32


def naming_key(settings: Settings) -> bytes:
    """Return the key that objects are named with, made at the first backup.

    The names are digests under this key: whoever has the repository alone cannot try what a file may hold.
    """
    path = settings.var_dir / "backup.key"
    if not path.exists():
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
            file.write(secrets.token_hex(_KEY_BYTES))
    return bytes.fromhex(path.read_text(encoding="ascii").strip())


@dataclass(slots=True)
class Known:
    """Files that did not change since a backup, by their mark."""

    path: Path
    sealed_for: str
    """Digest of the recipients: what others can open is not known."""
    entries: dict[str, tuple[tuple[int, ...], FileEntry]] = field(default_factory=dict)

    @classmethod
    def read(cls, settings: Settings, repository: Repository, sealed_for: str) -> Known:
        """Return what is remembered of a repository; nothing where the note is missing or cannot be read."""
        known = cls(settings.var_dir / settings.town / f"{KNOWN}{repository.identifier}.json", sealed_for)
        with suppress(OSError, ValueError, KeyError, TypeError):
            stated = orjson.loads(known.path.read_bytes())
            if stated["sealed_for"] == sealed_for:
                known.entries = {
                    each["path"]: (tuple(mark), FileEntry(**{**each, "pieces": tuple(each["pieces"])}))
                    for mark, each in stated["files"]
                }
        return known

    def of(self, part: Part, present: set[str]) -> FileEntry | None:
        """Return the entry of a file that did not change, where the repository still has all its pieces."""
        mark, entry = self.entries.get(part.path, (None, None))
        if part.mark is None or entry is None or mark != part.mark or not present.issuperset(entry.pieces):
            return None
        return entry

    def write(self, files: dict[str, tuple[tuple[int, ...], FileEntry]]) -> None:
        """Remember the files of the backup that was made."""
        stated = {"sealed_for": self.sealed_for, "files": [(mark, asdict(entry)) for mark, entry in files.values()]}
        with suppress(OSError):
            write_whole(self.path, orjson.dumps(stated))
