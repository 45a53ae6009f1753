"""The journal in a SQLite file of its own: the reference of what a store of the journal owes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from quietude.journal.entry import Entry, Part
from quietude.journal.errors import JournalError
from quietude.journal.laying import is_laid, lay
from quietude.journal.note import SigningKey
from quietude.journal.tables import Head, Tables

WAIT_S = 30.0
"""How long a writer waits for its turn; an append takes under 2 ms, so that this is thousands of writers ahead."""
OWNER_ONLY = 0o600


class SqliteJournal:
    """One log in one file. Writers of any number of processes take turns; who cannot write does nothing at all."""

    def __init__(self, path: Path, key: SigningKey, *, wait_s: float = WAIT_S) -> None:
        """Open the log of the key's name; made when the file is not there."""
        self.path = path
        self.tables = Tables()
        self._key = key
        path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(path, timeout=wait_s, isolation_level=None, check_same_thread=False)
        path.chmod(OWNER_ONLY)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
            self._connection.execute(f"PRAGMA {pragma}")
        with self.transaction() as cursor:
            if not is_laid(cursor, is_sqlite=True):
                lay(cursor, key.name, mark="?", is_sqlite=True)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Cursor]:
        """Give a cursor for an act and its lines: all is written when the block ends, nothing when it fails.

        Raises:
            JournalError: the disk is full, the file is locked for too long, or cannot be written.
        """
        cursor = self._connection.cursor()
        try:
            cursor.execute("BEGIN IMMEDIATE")
            try:
                yield cursor
                cursor.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:  # SQLite itself rolls back when the disk is full
                    cursor.execute("ROLLBACK")
                raise
        except sqlite3.Error as error:
            raise JournalError(
                f"{self.path}: the journal cannot be written ({error}). Nothing was done: an act without its line in "
                "the journal is not allowed. Free space on this disk, or make the file writable, then try again"
            ) from error
        finally:
            cursor.close()

    def append(self, entries: Sequence[Entry]) -> Head:
        """Add entries in a transaction of their own."""
        with self.transaction() as cursor:
            return self.tables.append(cursor, entries, self._key)

    def erase(self, entry: Entry, *, indexes: Sequence[int], parts: Sequence[Part] = tuple(Part)) -> Head:
        """Erase parts of entries from the file, for ever, and say so in the journal.

        Raises:
            JournalError: also when a reader holds the old pages: they are erased, but their bytes are still in the
                write-ahead log; `clean` must be called again.
        """
        with self.transaction() as cursor:
            head = self.tables.erase(cursor, entry, self._key, indexes=indexes, parts=parts)
        self.clean()
        return head

    def clean(self) -> None:
        """Bring the write-ahead log into the file and empty it: erased bytes lie nowhere afterwards."""
        busy, _, _ = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            raise JournalError(
                f"{self.path}: the erased payloads are gone for every reader, but a reader keeps their bytes in the "
                "write-ahead log; end it, then clean again"
            )

    def close(self) -> None:
        """Close the file."""
        self._connection.close()
