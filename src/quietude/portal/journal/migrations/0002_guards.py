"""Guards against updates too: of a payload only an erasure, of the head only an append."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from quietude.journal.api import guard


def guard_journal(apps: Any, schema_editor: Any) -> None:  # noqa: ARG001  # Django's own form
    """Make the triggers that journals laid before do not have."""
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        guard(cursor, is_sqlite=connection.vendor == "sqlite")


class Migration(migrations.Migration):
    """Guards journals that were laid before."""

    dependencies = [("journal", "0001_journal")]  # Django's own way
    operations = [migrations.RunPython(guard_journal, elidable=False)]  # as above
