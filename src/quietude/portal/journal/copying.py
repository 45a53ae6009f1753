"""The journal as a file of its own, whatever database it lies in: what the verifier, which knows SQLite, is given."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from django.db import connection, transaction

from quietude.journal.api import SCHEMA, JournalError
from quietude.portal.journal.recording import TABLES

COLUMNS = {
    "journal_head": "origin, size, frontier, last_at",
    "journal_leaf": "idx, leaf, hash, signature",
    "journal_node": "level, idx, hash",
    "journal_payload": "idx, actor_salt, actor, subject_salt, subject",
}
BATCH = 5_000


def copy_journal(path: Path) -> int:
    """Write the journal as it is at one moment to a new SQLite file, readable by its owner only; return its entries.

    Raises:
        JournalError: the file is there already, or cannot be written.
    """
    if path.exists():
        raise JournalError(f"{path}: there is a file already; name another one")
    is_outermost = not connection.in_atomic_block
    try:
        path.touch(mode=0o600)
        with sqlite3.connect(path) as target, transaction.atomic(), connection.cursor() as cursor:
            if connection.vendor == "postgresql" and is_outermost:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            for statement in SCHEMA:
                target.execute(statement.format(key="INTEGER", bytes="BLOB"))
            for table, columns in COLUMNS.items():
                cursor.execute(f"SELECT {columns} FROM {table}")  # names of ours
                marks = ", ".join("?" * len(columns.split(", ")))
                while rows := cursor.fetchmany(BATCH):
                    plain = [
                        [bytes(value) if isinstance(value, memoryview) else value for value in row] for row in rows
                    ]
                    target.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", plain)  # as above
            return TABLES.head(cursor).frontier.size
    except (OSError, sqlite3.Error) as error:
        path.unlink(missing_ok=True)
        raise JournalError(f"{path}: the copy cannot be written ({error})") from error
