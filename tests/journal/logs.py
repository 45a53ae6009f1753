"""Logs for the tests: in memory, with a key that is the same each time."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from quietude.journal.entry import Entry, Kind
from quietude.journal.laying import lay
from quietude.journal.note import SigningKey, Use
from quietude.journal.tables import Tables
from quietude.journal.verify import Finding, Key, Outside, examine

START = datetime(2026, 3, 1, 8, tzinfo=UTC)
LOG_KEY = SigningKey("town.example/journal", Use.LOG, bytes(range(32)))
WITNESS_KEY = SigningKey("witness.example/w1", Use.WITNESS, bytes(range(32, 64)))
TABLES = Tables()


def act(number: int = 0, **changes: Any) -> Entry:
    given: dict[str, Any] = {
        "kind": Kind.CONSULT,
        "who": f"agent-{number % 3}",
        "when": START + timedelta(seconds=number),
        "purpose": "P4",
        "motive": "procedure 2026/17",
        "ids": (f"202603-{number:032x}",),
        "filter_text": 'nature:bruit zone:"Le Panier"',
        "to_whom": "",
        "detail": {"screen": "explore"},
    }
    return Entry(**{**given, **changes})


def empty_log(key: SigningKey = LOG_KEY) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    cursor = connection.cursor()
    lay(cursor, key.name, mark="?", is_sqlite=True)
    return connection


def log_of(count: int, *, batch: int = 1) -> sqlite3.Connection:
    connection = empty_log()
    for start in range(0, count, batch):
        entries = [act(number) for number in range(start, min(start + batch, count))]
        TABLES.append(connection.cursor(), entries, LOG_KEY)
    return connection


def unguarded(connection: sqlite3.Connection) -> sqlite3.Connection:
    """Return the log as an attacker has it: without the triggers."""
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for (name,) in names:
        connection.execute(f"DROP TRIGGER {name}")
    return connection


def verdict(connection: sqlite3.Connection, outside: Sequence[Outside] = ()) -> list[Finding]:
    return examine(connection, Key.parse(str(LOG_KEY.public)), outside)[0]


def outside_of(connection: sqlite3.Connection) -> Outside:
    state = TABLES.head(connection.cursor()).checkpoint
    return state.origin, state.size, state.root


def names(findings: Sequence[Finding], index: int) -> bool:
    return any(found.first <= index <= found.last for found in findings)
