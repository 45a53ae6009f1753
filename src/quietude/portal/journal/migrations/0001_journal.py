"""The journal's tables, which the model of `quietude.journal` describes, and the guards that keep them append-only."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import migrations

from quietude.journal.api import GUARDS, SCHEMA, Tables

GUARDED = {
    "journal_leaf": "UPDATE OR DELETE",
    "journal_node": "UPDATE OR DELETE",
    "journal_payload": "DELETE",
    "journal_head": "DELETE",
}


def lay(apps: Any, schema_editor: Any) -> None:  # noqa: ARG001  # Django's own form
    """Make the tables, their guards, and the head of an empty log."""
    connection = schema_editor.connection
    is_sqlite = connection.vendor == "sqlite"
    kinds = {"key": "INTEGER", "bytes": "BLOB"} if is_sqlite else {"key": "BIGINT", "bytes": "BYTEA"}
    with connection.cursor() as cursor:
        for statement in SCHEMA:
            cursor.execute(statement.format(**kinds))
        for guard in GUARDS if is_sqlite else _postgresql_guards():
            cursor.execute(guard)
        Tables(mark="%s").begin(cursor, f"quietude/{settings.QUIETUDE.town}/journal")


def _postgresql_guards() -> list[str]:
    function = (
        "CREATE FUNCTION journal_only_grows() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the journal is only ever added to'; END $$"
    )
    return [
        function,
        *(
            f"CREATE TRIGGER {table}_grows BEFORE {verbs} ON {table} FOR EACH ROW EXECUTE FUNCTION journal_only_grows()"
            for table, verbs in GUARDED.items()
        ),
    ]


class Migration(migrations.Migration):
    """Lays the journal; it is never taken up again."""

    initial = True
    dependencies = []  # Django's own way
    operations = [migrations.RunPython(lay, elidable=False)]  # as above
