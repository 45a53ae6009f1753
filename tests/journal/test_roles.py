"""On PostgreSQL the portal's role adds to the journal and erases contents; it changes and removes nothing."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from psycopg import sql
from tests.journal.logs import LOG_KEY, act

from quietude.journal.entry import Kind, Part
from quietude.journal.key_file import kept_key
from quietude.journal.outside import write
from quietude.journal.roles import restrict
from quietude.journal.tables import Tables

TABLES = Tables(mark="%s")
FORBIDDEN = (
    "UPDATE journal_leaf SET leaf = ''",
    "DELETE FROM journal_leaf",
    "DELETE FROM journal_payload",
    "UPDATE journal_node SET hash = ''",
    "UPDATE journal_payload SET subject = '{}'",
    "UPDATE journal_payload SET idx = idx + 100",
    "UPDATE journal_head SET origin = 'x'",
    "UPDATE journal_head SET size = 0",
    "DELETE FROM journal_head",
    "TRUNCATE journal_leaf",
    "ALTER TABLE journal_payload DISABLE TRIGGER ALL",
    "DROP TRIGGER journal_payload_update ON journal_payload",
    "DROP TABLE journal_leaf CASCADE",
    "SET session_replication_role = replica",
)


@pytest.fixture
def laid(postgresql_url: str, tmp_path: Path) -> str:
    """Return a database with a journal of three lines and one other table."""
    for number in range(3):
        write([act(number)], database=postgresql_url, key_file=tmp_path / "log.key", origin=LOG_KEY.name)
    with psycopg.connect(postgresql_url) as owner:
        owner.execute("CREATE TABLE account (name TEXT)")
    return postgresql_url


@pytest.fixture
def limited(laid: str) -> Iterator[str]:
    """Return the same database as the portal's restricted role reaches it."""
    role, password = f"portal_{secrets.token_hex(6)}", secrets.token_hex(12)
    with psycopg.connect(laid, autocommit=True) as owner:
        owner.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(role), sql.Literal(password)))
        for statement in restrict(role):
            owner.execute(statement.encode())
        address = urlsplit(laid)
        host = address.netloc.rpartition("@")[2]
        yield urlunsplit(address._replace(netloc=f"{role}:{password}@{host}"))
        owner.execute(sql.SQL("DROP OWNED BY {}").format(sql.Identifier(role)))
        owner.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))


def test_it_adds_erases_contents_and_keeps_its_other_tables(limited: str, tmp_path: Path) -> None:
    key = kept_key(tmp_path / "log.key", LOG_KEY.name)
    write([act(3)], database=limited, key_file=tmp_path / "log.key", origin=LOG_KEY.name)
    with psycopg.connect(limited) as portal, portal.cursor() as cursor:
        TABLES.erase(cursor, act(4, kind=Kind.ERASE), key, indexes=[1], parts=[Part.SUBJECT])
        cursor.execute("INSERT INTO account VALUES ('x')")
        cursor.execute("DELETE FROM account")
        found = [entry for _, entry in TABLES.entries(cursor)]
        assert TABLES.head(cursor).frontier.size == 5
    assert [entry is None for entry in found] == [False, True, False, False, False]


def test_it_can_neither_change_nor_remove_nor_disarm(limited: str) -> None:
    done = []
    for statement in FORBIDDEN:
        try:
            with psycopg.connect(limited) as portal:
                portal.execute(statement.encode())
            done.append(statement)
        except psycopg.Error:
            continue
    assert done == []


def test_even_the_owner_is_stopped_by_the_guards(laid: str) -> None:
    done = []
    for statement in FORBIDDEN[:9]:
        try:
            with psycopg.connect(laid) as owner:
                owner.execute(statement.encode())
            done.append(statement)
        except psycopg.Error:
            continue
    assert done == []


@pytest.mark.parametrize("name", ["", "Portal", "x; DROP TABLE a", 'a"b', "1x"])
def test_a_name_that_would_need_quotes_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="small letters"):
        restrict(name)
