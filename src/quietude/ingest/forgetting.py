"""A ledger that was brought back from a backup forgets again what the ledger has forgotten since."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

BUSY_S = 20  # an import that is writing lets others in after milliseconds
_BEHIND = """
    SELECT coalesce((SELECT seq FROM later.sqlite_sequence WHERE name = 'imports'), 0)
        < coalesce((SELECT seq FROM main.sqlite_sequence WHERE name = 'imports'), 0)
"""
_OTHERWISE = """
    SELECT EXISTS (
        SELECT 1 FROM main.imports AS older JOIN later.imports AS newer USING (id)
        WHERE older.started_at <> newer.started_at OR older.source <> newer.source
    )
"""
_DELETED = "DELETE FROM main.quarantine WHERE id NOT IN (SELECT id FROM later.quarantine)"
_EMPTIED = """
    UPDATE main.quarantine SET status = 'gone', raw = '{}', value = NULL,
        closed_at = (SELECT closed_at FROM later.quarantine AS newer WHERE newer.id = main.quarantine.id)
    WHERE status <> 'gone' AND id IN (SELECT id FROM later.quarantine WHERE status = 'gone')
"""


class AnotherLedgerError(ValueError):
    """A ledger is not a later state of the other: what it lacks says nothing."""


def forget_as_later(older: Path, later: Path) -> int:
    """Take out of an older ledger the quarantined records that a later state of it let go; return how many.

    Records that were filed since keep their contents: an older store may not have the fact.

    Raises:
        AnotherLedgerError: `later` is not a later state of `older`.
        sqlite3.Error: one of them cannot be read or written.
    """
    with closing(sqlite3.connect(older, timeout=BUSY_S, isolation_level=None, uri=True)) as connection:
        connection.execute("PRAGMA secure_delete = ON")  # what is forgotten is overwritten, not only unlinked
        connection.execute("ATTACH ? AS later", (f"{later.absolute().as_uri()}?mode=rw",))
        if connection.execute(_BEHIND).fetchone()[0] or connection.execute(_OTHERWISE).fetchone()[0]:
            raise AnotherLedgerError(f"{later} is not a later state of the ledger in the backup")
        connection.execute("BEGIN IMMEDIATE")
        forgotten = connection.execute(_DELETED).rowcount + connection.execute(_EMPTIED).rowcount
        connection.execute("COMMIT")
        connection.execute("DETACH later")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return forgotten
