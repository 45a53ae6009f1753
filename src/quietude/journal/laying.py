"""Lays the journal's tables in a database, with the guards that let them only grow; what is there already stays."""

from __future__ import annotations

from quietude.journal.tables import GUARDS, SCHEMA, Cursor, Tables

LAYING_LOCK = 0x7175_6965_7475_6465  # "quietude": a number that no other software of the database takes
_ONLY_GROWS = "the journal is only ever added to"
_PARTS = ("actor_salt", "actor", "subject_salt", "subject")
_ALTERED = " OR ".join(
    f"(NEW.{column} IS NOT NULL AND NEW.{column} IS DISTINCT FROM OLD.{column})" for column in _PARTS
)
_WRONG = {
    "journal_payload": f"NEW.idx IS DISTINCT FROM OLD.idx OR {_ALTERED}",
    "journal_head": "NEW.origin IS DISTINCT FROM OLD.origin OR NEW.size < OLD.size",
}
"""Updates that are neither an erasure of a part nor an append."""
_FROZEN = {
    "journal_leaf": "UPDATE OR DELETE",
    "journal_node": "UPDATE OR DELETE",
    "journal_payload": "DELETE",
    "journal_head": "DELETE",
}


def lay(cursor: Cursor, origin: str, *, mark: str, is_sqlite: bool) -> None:
    """Make the tables, the guards and the head of an empty log, in the caller's transaction, where they are missing."""
    kinds = {"key": "INTEGER", "bytes": "BLOB"} if is_sqlite else {"key": "BIGINT", "bytes": "BYTEA"}
    for statement in SCHEMA:
        cursor.execute(statement.replace("CREATE TABLE", "CREATE TABLE IF NOT EXISTS", 1).format(**kinds))
    guard(cursor, is_sqlite=is_sqlite)
    cursor.execute("SELECT 1 FROM journal_head")
    if cursor.fetchone() is None:
        Tables(mark=mark).begin(cursor, origin)


def guard(cursor: Cursor, *, is_sqlite: bool) -> None:
    """Make the triggers: nothing leaves, nothing changes but by an append or by the erasure of a part."""
    for statement in _sqlite_guards() if is_sqlite else _postgresql_guards():
        cursor.execute(statement)


def is_laid(cursor: Cursor, *, is_sqlite: bool) -> bool:
    """Tell whether the tables are there."""
    cursor.execute(
        "SELECT 1 FROM sqlite_master WHERE name = 'journal_head'"
        if is_sqlite
        else "SELECT 1 WHERE to_regclass('journal_head') IS NOT NULL"
    )
    return cursor.fetchone() is not None


def _sqlite_guards() -> list[str]:
    frozen = [guard.replace("CREATE TRIGGER", "CREATE TRIGGER IF NOT EXISTS", 1) for guard in GUARDS]
    return frozen + [
        f"CREATE TRIGGER IF NOT EXISTS {table}_update BEFORE UPDATE ON {table} "
        f"WHEN {wrong.replace('IS DISTINCT FROM', 'IS NOT')} BEGIN SELECT RAISE(ABORT, '{_ONLY_GROWS}'); END"
        for table, wrong in _WRONG.items()
    ]


def _postgresql_guards() -> list[str]:
    function = (
        "CREATE OR REPLACE FUNCTION journal_only_grows() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_ONLY_GROWS}'; END $$"
    )
    frozen = [
        f"CREATE OR REPLACE TRIGGER {table}_grows BEFORE {verbs} ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION journal_only_grows()"
        for table, verbs in _FROZEN.items()
    ]
    return [
        function,
        *frozen,
        *(
            f"CREATE OR REPLACE TRIGGER {table}_update BEFORE UPDATE ON {table} "
            f"FOR EACH ROW WHEN ({wrong}) EXECUTE FUNCTION journal_only_grows()"
            for table, wrong in _WRONG.items()
        ),
    ]
