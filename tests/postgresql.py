"""PostgreSQL for tests: the server there is, and databases of a test's own on it."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

VARIABLE = "QUIETUDE_TEST_DATABASE_URL"
LOCAL = "postgresql://postgres@127.0.0.1:5432/postgres"


def server() -> str:
    """Return the address of the server for tests: the variable's, or the usual one of this machine."""
    return os.environ.get(VARIABLE) or LOCAL


def why_silent() -> str:
    """Return why the server cannot be used, or "" where it answers."""
    try:
        psycopg.connect(server(), connect_timeout=5).close()
    except psycopg.Error as error:
        return f"no PostgreSQL here ({str(error).strip()}); start one, or set {VARIABLE} to the address of a server"
    return ""


@contextmanager
def new_database() -> Iterator[str]:
    """Make an empty database and give its address; it is gone afterwards, whoever is still connected."""
    name = f"test_quietude_{secrets.token_hex(6)}"
    with psycopg.connect(server(), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield urlunsplit(urlsplit(server())._replace(path=f"/{name}"))
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
