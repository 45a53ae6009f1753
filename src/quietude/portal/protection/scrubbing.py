"""Making what was deleted from the portal's database unreadable in its files too."""

from __future__ import annotations

from django.db import connection


def scrub_database() -> None:
    """Overwrite what SQLite deleted and empty its log; PostgreSQL does so by its own vacuum (see the documentation).

    Outside a transaction only: inside one nothing is final yet, and nothing is done.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
