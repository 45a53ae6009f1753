"""Lines of acts done outside the portal: by the command line, with neither Django nor the portal running."""

from __future__ import annotations

import os
import pwd
import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from quietude.journal.entry import Entry
from quietude.journal.errors import JournalError
from quietude.journal.key_file import kept_key
from quietude.journal.laying import LAYING_LOCK, is_laid, lay
from quietude.journal.tables import Cursor, Tables

WAIT_S = 20
"""How long a line waits for other writers, or for PostgreSQL to answer."""
ACCOUNT_MAX = 60
OWNER_ONLY = 0o600


def operator() -> str:
    """Return how the journal names whoever has the command line: "command:", then the operating system's account.

    The account is the one that the process runs under, which no environment variable can state otherwise.
    """
    number = os.getuid()
    try:
        name = pwd.getpwuid(number).pw_name
    except KeyError:  # a container may run under a number that has no name
        name = f"uid-{number}"
    return "command:" + re.sub(r"[^\w.-]", "_", name)[:ACCOUNT_MAX]


def write(entries: Sequence[Entry], *, database: Path | str, key_file: Path, origin: str) -> None:
    """Write lines, durably, to the journal in the portal's database; where there is none yet it is laid.

    Args:
        entries: what is to be done.
        database: SQLite file, or address of PostgreSQL.
        key_file: private key of the log, made where there is none.
        origin: name of the log.

    Raises:
        JournalError: they cannot be written; whoever asked must not go on.
    """
    is_sqlite = isinstance(database, Path)
    try:
        key = kept_key(key_file, origin)
        with _sqlite(database) if isinstance(database, Path) else _postgresql(database) as cursor:
            mark = "?" if is_sqlite else "%s"
            if not is_laid(cursor, is_sqlite=is_sqlite):
                lay(cursor, origin, mark=mark, is_sqlite=is_sqlite)
            Tables(mark=mark).append(cursor, entries, key)
    except _errors(is_sqlite=is_sqlite) as error:
        raise JournalError(f"the journal of acts cannot be written ({str(error).strip()})") from error


def _errors(*, is_sqlite: bool) -> tuple[type[Exception], ...]:
    if is_sqlite:
        return OSError, sqlite3.Error
    import psycopg  # noqa: PLC0415  # half a second of every command, where the database is SQLite

    return OSError, psycopg.Error


@contextmanager
def _sqlite(path: Path) -> Iterator[Cursor]:
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        path.touch(mode=OWNER_ONLY)
    with closing(sqlite3.connect(path, timeout=WAIT_S, isolation_level=None)) as connection:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection.cursor()
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:  # SQLite itself rolls back when the disk is full
                connection.execute("ROLLBACK")
            raise


@contextmanager
def _postgresql(url: str) -> Iterator[Cursor]:
    import psycopg  # noqa: PLC0415  # as above

    with psycopg.connect(url, connect_timeout=WAIT_S) as connection, connection.cursor() as cursor:
        if not is_laid(cursor, is_sqlite=False):
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LAYING_LOCK])
        yield cursor
