"""On SQLite the guards let the journal grow and its contents be erased, and nothing else."""

from __future__ import annotations

import sqlite3

import pytest
from tests.journal.logs import LOG_KEY, TABLES, act, log_of, verdict

from quietude.journal.entry import Kind, Part
from quietude.journal.laying import guard, is_laid, lay


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal_leaf SET leaf = ''",
        "DELETE FROM journal_leaf",
        "UPDATE journal_node SET hash = x''",
        "DELETE FROM journal_node",
        "DELETE FROM journal_payload",
        "UPDATE journal_payload SET subject = '{}'",
        "UPDATE journal_payload SET actor_salt = x'00'",
        "UPDATE journal_payload SET idx = idx + 100",
        "UPDATE journal_head SET size = 1",
        "UPDATE journal_head SET origin = 'x'",
        "DELETE FROM journal_head",
    ],
)
def test_nothing_is_changed_or_removed(statement: str) -> None:
    log = log_of(4)
    with pytest.raises(sqlite3.IntegrityError, match="only ever added to"):
        log.execute(statement)
    assert verdict(log) == []


def test_the_erasure_of_contents_passes_and_does_not_come_back() -> None:
    log = log_of(4)
    kept = log.execute("SELECT subject_salt, subject FROM journal_payload WHERE idx = 2").fetchone()
    TABLES.erase(log.cursor(), act(4, kind=Kind.ERASE), LOG_KEY, indexes=[2], parts=[Part.SUBJECT])
    assert verdict(log) == []
    with pytest.raises(sqlite3.IntegrityError):
        log.execute("UPDATE journal_payload SET subject_salt = ?, subject = ? WHERE idx = 2", kept)


def test_laying_twice_changes_nothing() -> None:
    log = log_of(3)
    assert is_laid(log.cursor(), is_sqlite=True)
    lay(log.cursor(), LOG_KEY.name, mark="?", is_sqlite=True)
    guard(log.cursor(), is_sqlite=True)
    assert log.execute("SELECT size FROM journal_head").fetchall() == [(3,)]
    assert verdict(log) == []
