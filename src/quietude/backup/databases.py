"""Copies of databases that others are writing to: each as it stood at one moment."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from quietude.backup.problem import BackupError

_MAGIC = b"SQLite format 3\x00"
BUSY_S = 20  # a writer of the portal or of an import lets others in after milliseconds


def is_sqlite(path: Path) -> bool:
    """Tell whether a file is a database of SQLite."""
    with path.open("rb") as file:
        return file.read(len(_MAGIC)) == _MAGIC


class PinnedDatabase:
    """A database of SQLite, held at the moment it was pinned, while others go on writing to it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._connection = sqlite3.connect(
                f"{path.as_uri()}?mode=rw", uri=True, timeout=BUSY_S, isolation_level=None
            )
            self._connection.execute("BEGIN")
            self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlite3.Error as error:
            raise BackupError(f"{path} cannot be read: {error}") from error

    @contextmanager
    def copied(self) -> Iterator[IO[bytes]]:
        """Give a copy to read, made by SQLite's own backup; it has no name and is gone afterwards, or when killed."""
        handle, name = tempfile.mkstemp(prefix=".backup-", dir=self.path.parent)
        with os.fdopen(handle, "rb") as copy:
            target = sqlite3.connect(name, isolation_level=None)
            Path(name).unlink()  # before anything is in it: a killed run leaves no copy behind
            try:
                target.execute("PRAGMA journal_mode = OFF")
                target.execute("PRAGMA synchronous = OFF")
                self._connection.backup(target)
            except sqlite3.Error as error:
                raise BackupError(f"{self.path} cannot be copied: {error}") from error
            finally:
                target.close()
            yield copy

    def release(self) -> None:
        """Let go."""
        self._connection.close()


class PinnedPostgres:
    """A database of PostgreSQL, held at the moment it was pinned, for pg_dump to read."""

    def __init__(self, url: str) -> None:
        if shutil.which("pg_dump") is None:
            raise BackupError(
                "pg_dump is missing, and the portal's database is PostgreSQL: install PostgreSQL's client "
                "(apt install postgresql-client). Nothing was backed up."
            )
        self._url = url
        try:
            self._connection = psycopg.connect(url, connect_timeout=BUSY_S)
            self._connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            row = self._connection.execute("SELECT pg_export_snapshot()").fetchone()
        except psycopg.Error as error:
            raise BackupError(f"the portal's database does not answer ({error}); nothing was backed up") from error
        self._snapshot = str(row[0]) if row is not None else ""

    @contextmanager
    def copied(self) -> Iterator[IO[bytes]]:
        """Give pg_dump's output to read, in its own format."""
        environ, conninfo = _quiet(self._url)
        command = ["pg_dump", "--format=custom", "--no-owner", "--no-acl", f"--snapshot={self._snapshot}"]
        with (
            tempfile.TemporaryFile() as complaints,
            subprocess.Popen(  # noqa: S603 - no shell, and the address is the installation's own
                [*command, f"--dbname={conninfo}"], env=environ, stdout=subprocess.PIPE, stderr=complaints
            ) as dump,
        ):
            assert dump.stdout is not None  # noqa: S101  # asked for by PIPE
            yield dump.stdout
            if dump.wait() != 0:
                complaints.seek(0)
                raise BackupError(f"pg_dump failed: {complaints.read().decode(errors='replace').strip()}")

    def release(self) -> None:
        """Let go."""
        self._connection.close()


def fill_postgres(url: str, dump: Path) -> None:
    """Bring a dump back into an empty database, whole or not at all.

    Raises:
        BackupError: pg_restore is missing or fails, the database does not answer, or is not empty.
    """
    if shutil.which("pg_restore") is None:
        raise BackupError("pg_restore is missing: install PostgreSQL's client (apt install postgresql-client)")
    try:
        with psycopg.connect(url, connect_timeout=BUSY_S) as connection:
            row = connection.execute(
                "SELECT count(*) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
            ).fetchone()
    except psycopg.Error as error:
        raise BackupError(f"the database to restore into does not answer: {error}") from error
    if row is not None and row[0]:
        raise BackupError(
            f"the database to restore into holds {row[0]} tables: give an empty one, nothing is overwritten"
        )
    environ, conninfo = _quiet(url)
    command = ["pg_restore", "--no-owner", "--no-acl", "--single-transaction", "--exit-on-error"]
    done = subprocess.run(  # noqa: S603 - no shell, and the address is the operator's own
        [*command, f"--dbname={conninfo}", str(dump)], env=environ, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise BackupError(f"pg_restore failed, nothing was restored: {done.stderr.strip()}")


def check_sqlite(path: Path) -> None:
    """Look whether a database of SQLite is whole.

    Raises:
        BackupError: it is not.
    """
    try:
        connection = sqlite3.connect(path)
        try:
            said = connection.execute("PRAGMA quick_check").fetchone()[0]
        finally:
            connection.close()
    except sqlite3.Error as error:
        said = str(error)
    if said != "ok":
        raise BackupError(f"{path.name} is not a whole database: {said}")


def check_dump(path: Path) -> None:
    """Look whether PostgreSQL's client reads a dump to its end, where that client is there.

    Raises:
        BackupError: it does not.
    """
    if shutil.which("pg_restore") is None:
        return
    command = ["pg_restore", "--file", os.devnull, str(path)]
    done = subprocess.run(  # noqa: S603 - no shell, and the file is the one just restored
        command, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise BackupError(f"{path.name} is not a whole dump: {done.stderr.strip()}")


def _quiet(url: str) -> tuple[dict[str, str], str]:
    """Return the environment and the address without its password, which others could read on the command line."""
    parts = conninfo_to_dict(url)
    password = parts.pop("password", None)
    environ = dict(os.environ)
    if password is not None:
        environ["PGPASSWORD"] = str(password)
    return environ, make_conninfo("", **parts)
