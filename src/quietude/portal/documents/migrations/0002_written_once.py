"""Has the database itself refuse to delete or loosen what is written once, whoever asks it and by whatever program."""

from typing import Any

from django.db import migrations

LOCKED = "OLD.is_worm AND OLD.retain_until >= {today}"
OF_LOCKED = "EXISTS (SELECT 1 FROM documents_document d WHERE d.id = OLD.document_id AND d.is_worm AND d.retain_until >= {today})"
SAID = "this document is written once: nothing of it is deleted or replaced before its term"
RULES = {
    "document_gone": ("DELETE", "documents_document", LOCKED),
    "document_loosened": (
        "UPDATE", "documents_document",
        f"{LOCKED} AND (NOT NEW.is_worm OR NEW.retain_until < OLD.retain_until OR NEW.id <> OLD.id)",
    ),
    "document_file_gone": ("DELETE", "documents_version", OF_LOCKED),
    "document_file_changed": (
        "UPDATE", "documents_version",
        f"{OF_LOCKED} AND (NEW.sha256 <> OLD.sha256 OR NEW.document_id <> OLD.document_id OR NEW.number <> OLD.number)",
    ),
}  # fmt: skip


def lay(_apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "sqlite":
        for name, (when, table, condition) in RULES.items():
            said = condition.format(today="date('now')")
            schema_editor.execute(
                f"CREATE TRIGGER {name} BEFORE {when} ON {table} WHEN {said} BEGIN SELECT RAISE(ABORT, '{SAID}'); END"
            )
        return
    schema_editor.execute(
        "CREATE FUNCTION document_written_once() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{SAID}'; END $$"
    )
    for name, (when, table, condition) in RULES.items():
        said = condition.format(today="CURRENT_DATE")
        if "SELECT" in said:  # a trigger's own condition of PostgreSQL asks no other table: the function does
            schema_editor.execute(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {said} THEN "
                f"RAISE EXCEPTION '{SAID}'; END IF; RETURN {'OLD' if when == 'DELETE' else 'NEW'}; END $$"
            )
            schema_editor.execute(
                f"CREATE TRIGGER {name} BEFORE {when} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
            )
        else:
            schema_editor.execute(
                f"CREATE TRIGGER {name} BEFORE {when} ON {table} FOR EACH ROW WHEN ({said}) "
                "EXECUTE FUNCTION document_written_once()"
            )


def lift(_apps: Any, schema_editor: Any) -> None:
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    for name, (_when, table, condition) in RULES.items():
        schema_editor.execute(f"DROP TRIGGER {name}" + ("" if is_sqlite else f" ON {table}"))
        if not is_sqlite and "SELECT" in condition:
            schema_editor.execute(f"DROP FUNCTION {name}()")
    if not is_sqlite:
        schema_editor.execute("DROP FUNCTION document_written_once()")


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_documents")]

    operations = [migrations.RunPython(lay, lift)]
