from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from quietude.ingest.api import AnotherLedgerError, Ledger, forget_as_later

COLUMNS = "id, source, import_id, file, line, reason, detail, raw, status, noted_at"


def change(path: Path, *statements: str) -> None:
    with sqlite3.connect(path) as connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()


def records(path: Path) -> dict[str, tuple[str, str]]:
    with sqlite3.connect(path) as connection:
        found = connection.execute("SELECT id, status, raw FROM quarantine").fetchall()
    connection.close()
    return {name: (status, raw) for name, status, raw in found}


@pytest.fixture
def older(tmp_path: Path) -> Path:
    """Return a ledger of one import with four records set aside."""
    path = tmp_path / "older.sqlite3"
    Ledger(path)
    at = datetime(2026, 6, 1, tzinfo=UTC).isoformat()
    change(path, f"INSERT INTO imports (source, started_at, outcome, report) VALUES ('s', '{at}', 'done', '{{}}')")
    for name in ("kept", "filed", "gone", "deleted"):
        values = f"'{name}', 's', 1, 'f', 1, 'r', '', 'words about {name}', 'open', '{at}'"
        change(path, f"INSERT INTO quarantine ({COLUMNS}) VALUES ({values})")
    return path


@pytest.fixture
def later(older: Path, tmp_path: Path) -> Path:
    """Return the same ledger after one record was filed, one went and one was deleted."""
    path = tmp_path / "later.sqlite3"
    shutil.copy(older, path)
    change(
        path,
        "UPDATE quarantine SET status = 'filed', raw = '{}' WHERE id = 'filed'",
        "UPDATE quarantine SET status = 'gone', raw = '{}' WHERE id = 'gone'",
        "DELETE FROM quarantine WHERE id = 'deleted'",
    )
    return path


def test_what_went_or_was_deleted_since_is_forgotten_and_what_was_filed_is_kept(older: Path, later: Path) -> None:
    assert forget_as_later(older, later) == 2
    assert records(older) == {
        "kept": ("open", "words about kept"),
        "filed": ("open", "words about filed"),
        "gone": ("gone", "{}"),
    }
    left = b"".join(path.read_bytes() for path in older.parent.glob("older.sqlite3*"))
    assert b"words about gone" not in left
    assert b"words about deleted" not in left
    assert forget_as_later(older, later) == 0


def _new(path: Path) -> None:
    path.unlink()
    Ledger(path)


def _another(path: Path) -> None:
    change(path, "UPDATE imports SET started_at = '2020'")


@pytest.mark.parametrize("make", [_new, _another], ids=["made-anew", "of-another-town"])
def test_a_ledger_that_is_not_a_later_state_forgets_nothing(
    older: Path, later: Path, make: Callable[[Path], None]
) -> None:
    make(later)
    before = records(older)
    with pytest.raises(AnotherLedgerError, match="not a later state"):
        forget_as_later(older, later)
    assert records(older) == before


def test_a_later_ledger_that_is_missing_is_an_error_and_is_not_made(older: Path, tmp_path: Path) -> None:
    with pytest.raises(sqlite3.Error):
        forget_as_later(older, tmp_path / "nowhere.sqlite3")
    assert not (tmp_path / "nowhere.sqlite3").exists()
