"""The journal's tables, which the model of `quietude.journal` describes, and the guards that keep them append-only."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import migrations

from quietude.journal.api import lay


def lay_journal(apps: Any, schema_editor: Any) -> None:  # noqa: ARG001  # Django's own form
    """Make what is missing: a command of before the portal's first start has laid it already."""
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        origin = f"quietude/{settings.QUIETUDE.town}/journal"
        lay(cursor, origin, mark="%s", is_sqlite=connection.vendor == "sqlite")


class Migration(migrations.Migration):
    """Lays the journal; it is never taken up again."""

    initial = True
    dependencies = []  # Django's own way
    operations = [migrations.RunPython(lay_journal, elidable=False)]  # as above
