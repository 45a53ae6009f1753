from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from quietude.backup.databases import PinnedDatabase, PinnedPostgres, _quiet, check_dump, fill_postgres, is_sqlite
from quietude.backup.problem import BackupError


@pytest.fixture(params=["wal", "delete"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Return a database of one number, in each way SQLite keeps its journal."""
    path = tmp_path / "numbers.sqlite3"
    with sqlite3.connect(path) as connection:
        connection.execute(f"PRAGMA journal_mode = {request.param}")
        connection.execute("CREATE TABLE number (n INTEGER)")
        connection.execute("INSERT INTO number VALUES (1)")
    connection.close()
    return path


def test_a_pinned_database_is_copied_as_it_was_and_leaves_nothing_behind(database: Path, tmp_path: Path) -> None:
    pinned = PinnedDatabase(database)
    with pinned.copied() as copy:
        assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".backup-")] == []
        (tmp_path / "copy").write_bytes(copy.read())
    pinned.release()
    with sqlite3.connect(database, timeout=1) as connection:  # others may write again
        connection.execute("INSERT INTO number VALUES (2)")
    connection.close()
    with sqlite3.connect(tmp_path / "copy") as connection:
        assert connection.execute("SELECT n FROM number").fetchall() == [(1,)]
    connection.close()


def test_what_is_written_after_the_pin_is_not_in_the_copy(tmp_path: Path) -> None:
    path = tmp_path / "numbers.sqlite3"
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE number (n INTEGER)")
    pinned = PinnedDatabase(path)
    with connection:
        connection.execute("INSERT INTO number VALUES (2)")
    connection.close()
    with pinned.copied() as copy:
        (tmp_path / "copy").write_bytes(copy.read())
    pinned.release()
    with sqlite3.connect(tmp_path / "copy") as connection:
        assert connection.execute("SELECT count(*) FROM number").fetchone() == (0,)
    connection.close()


def test_a_file_that_only_looks_like_a_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "broken.sqlite3"
    path.write_bytes(b"SQLite format 3\x00" + b"\xff" * 5000)
    assert is_sqlite(path)
    with pytest.raises(BackupError, match=r"broken\.sqlite3 cannot be read"):
        PinnedDatabase(path)


@pytest.mark.parametrize("missing", ["pg_dump", "pg_restore"])
def test_without_postgresql_s_client_nothing_is_begun(
    missing: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None if name == missing else f"/usr/bin/{name}")
    act: dict[str, Callable[[], object]] = {
        "pg_dump": lambda: PinnedPostgres("postgresql://x"),
        "pg_restore": lambda: fill_postgres("postgresql://x", tmp_path),
    }
    with pytest.raises(BackupError, match=f"{missing} is missing.*postgresql-client"):
        act[missing]()


def test_a_password_is_not_on_the_command_line_that_others_can_read() -> None:
    environ, conninfo = _quiet("postgresql://anne:s%40fe@db.example:5433/quietude?sslmode=require")
    assert environ["PGPASSWORD"] == "s@fe"
    assert "s@fe" not in conninfo
    assert "sslmode=require" in conninfo


@pytest.mark.postgres
def test_a_dump_is_of_the_moment_of_the_pin(postgresql_url: str, tmp_path: Path) -> None:
    with psycopg.connect(postgresql_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE number (n integer)")
        pinned = PinnedPostgres(postgresql_url)
        connection.execute("INSERT INTO number VALUES (2)")
        with pinned.copied() as dump:
            (tmp_path / "dump").write_bytes(dump.read())
        pinned.release()
        check_dump(tmp_path / "dump")
        connection.execute("DROP TABLE number")
        fill_postgres(postgresql_url, tmp_path / "dump")
        assert connection.execute("SELECT count(*) FROM number").fetchone() == (0,)


@pytest.mark.postgres
def test_a_dump_that_was_cut_is_found(postgresql_url: str, tmp_path: Path) -> None:
    with psycopg.connect(postgresql_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE number AS SELECT generate_series(1, 10000) n")
    pinned = PinnedPostgres(postgresql_url)
    with pinned.copied() as dump:
        content = dump.read()
    pinned.release()
    (tmp_path / "dump").write_bytes(content[: len(content) // 2])
    with pytest.raises(BackupError, match="not a whole dump"):
        check_dump(tmp_path / "dump")


def test_a_database_that_does_not_answer_is_said(tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="does not answer"):
        PinnedPostgres("postgresql://anne@127.0.0.1:1/quietude")
    with pytest.raises(BackupError, match="does not answer"):
        fill_postgres("postgresql://anne@127.0.0.1:1/quietude", tmp_path)
