"""From SQLite to PostgreSQL: every row as it was, or none."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from datetime import UTC
from pathlib import Path

import psycopg
import pytest
from tests.portal.test_postgresql import environ, quietude, said

SOME_ACTS = """
import os
from pathlib import Path
from quietude.config import read_settings
from quietude.portal.api import start
start(read_settings(os.environ, working_dir=Path.cwd()))
from quietude.journal.api import Kind
from quietude.portal.journal.recording import Act, note
for number in range(3):
    note(Act(kind=Kind.CONSULT, who="user:1", ids=[f"202606-{number}"]))
"""
PASSWORD = "la mer est calme ce soir"  # of an account that lives as long as a test


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an installation on SQLite with two accounts, the first one changed."""
    folder = tmp_path_factory.mktemp("filled")
    environment = environ(folder)
    said(quietude("user", "add", "camille", "--role", "agent", "--full-name", "Zoé Ça"), environment)
    said(quietude("user", "reset", "camille", "--password-stdin"), environment, f"{PASSWORD}\n")
    said(quietude("user", "add", "bruno", "--role", "analyst"), environment)
    return folder


@pytest.fixture
def on_sqlite(tmp_path: Path, filled: Path) -> dict[str, str]:
    """Return the environment of a copy of it."""
    shutil.copytree(filled, tmp_path, dirs_exist_ok=True)
    return environ(tmp_path)


def rows_of_sqlite(folder: Path) -> list[tuple[object, ...]]:
    with sqlite3.connect(folder / "valcombe" / "portal.sqlite3") as connection:
        columns = "username, full_name, password, is_active, joined_at"
        return connection.execute(f"SELECT {columns} FROM accounts_user ORDER BY username").fetchall()


@pytest.mark.postgres
@pytest.mark.slow
def test_every_row_arrives_as_it_was_and_new_ones_follow(
    tmp_path: Path, on_sqlite: dict[str, str], postgresql_url: str
) -> None:
    before = rows_of_sqlite(tmp_path)
    said([sys.executable, "-c", SOME_ACTS], on_sqlite)
    answer = said(quietude("database", "move", postgresql_url), on_sqlite)
    assert "accounts_user: 2 rows" in answer
    with psycopg.connect(postgresql_url) as connection:
        found = connection.execute(
            "SELECT username, full_name, password, is_active::int, joined_at FROM accounts_user ORDER BY username"
        ).fetchall()
    moments = [(*row[:4], f"{row[4].astimezone(UTC):%Y-%m-%d %H:%M:%S}") for row in found]
    assert moments == [(*row[:4], str(row[4])[:19]) for row in before]
    assert rows_of_sqlite(tmp_path) == before
    assert "journal_leaf: " in answer
    with sqlite3.connect(tmp_path / "valcombe" / "portal.sqlite3") as kept, psycopg.connect(postgresql_url) as moved:
        for table in ("journal_head", "journal_leaf", "journal_node", "journal_payload"):
            rows = f"SELECT * FROM {table} ORDER BY 1, 2"
            assert moved.execute(rows).fetchall() == kept.execute(rows).fetchall()
    said([sys.executable, "-c", SOME_ACTS], {**on_sqlite, "DATABASE_URL": postgresql_url})  # the journal goes on
    said(quietude("user", "add", "dina", "--role", "agent"), {**on_sqlite, "DATABASE_URL": postgresql_url})
    listed = said(quietude("user", "list"), {**on_sqlite, "DATABASE_URL": postgresql_url})
    assert all(name in listed for name in ("bruno", "camille", "dina"))


@pytest.mark.postgres
@pytest.mark.slow
def test_a_database_with_accounts_is_left_alone(on_sqlite: dict[str, str], postgresql_url: str) -> None:
    said(quietude("user", "add", "dina", "--role", "agent"), {**on_sqlite, "DATABASE_URL": postgresql_url})
    command = quietude("database", "move", postgresql_url)
    refused = subprocess.run(command, env=on_sqlite, capture_output=True, text=True, check=False)
    assert refused.returncode == 1
    assert "holds accounts already" in refused.stderr
    again = subprocess.run(
        command, env={**on_sqlite, "DATABASE_URL": postgresql_url}, capture_output=True, text=True, check=False
    )
    assert "PostgreSQL already" in again.stderr


@pytest.mark.slow
def test_an_address_of_something_else_is_refused(on_sqlite: dict[str, str]) -> None:
    command = quietude("database", "move", "mysql://somewhere/db")
    refused = subprocess.run(command, env=on_sqlite, capture_output=True, text=True, check=False)
    assert refused.returncode == 1
    assert "postgresql://" in refused.stderr
    assert "Traceback" not in refused.stderr
