"""A line from outside the portal: written before there is a portal, and beside one that runs."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from tests.journal.logs import LOG_KEY, act, verdict

from quietude.journal.errors import JournalError
from quietude.journal.outside import operator, write


def test_the_first_line_lays_the_journal_and_the_next_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "town" / "portal.sqlite3"
    key = tmp_path / "town" / "journal.key"
    key.parent.mkdir()
    key.write_text(f"{LOG_KEY.to_text()}\n", encoding="utf-8")
    key.chmod(0o600)
    for number in range(3):
        write([act(number)], database=path, key_file=key, origin=LOG_KEY.name)
    with sqlite3.connect(path) as log:
        assert log.execute("SELECT size FROM journal_head").fetchone() == (3,)
        assert verdict(log) == []
    assert path.stat().st_mode & 0o077 == 0


def test_a_database_that_does_not_answer_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "portal.sqlite3").mkdir()
    for database in (tmp_path / "portal.sqlite3", "postgresql://127.0.0.1:1/nowhere"):
        with pytest.raises(JournalError, match="journal of acts cannot be written"):
            write([act(0)], database=database, key_file=tmp_path / "journal.key", origin=LOG_KEY.name)


def test_the_operator_is_the_account_of_the_system_whatever_the_environment_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = operator()
    for name in ("USER", "LOGNAME", "SUDO_USER", "USERNAME"):
        monkeypatch.setenv(name, "somebody-else")
    assert operator() == before
    assert before.startswith("command:")


def test_an_account_without_a_name_is_named_by_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("quietude.journal.outside.os.getuid", lambda: 4_000_000_123)
    assert operator() == "command:uid-4000000123"
