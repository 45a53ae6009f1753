"""The columns that there are: of the portal's database, of the store, of the ledger of imports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.apps import apps
from django.db import connection

from quietude.ingest.api import Ledger
from quietude.store.api import Store


def columns_found(store: Store, ledger: Ledger) -> Mapping[str, tuple[str, ...]]:
    """Return every column that data are kept in, by table: "accounts.User", "store.events", "ledger.quarantine"…"""
    models = {
        model._meta.label: tuple(field.name for field in model._meta.local_fields)
        for model in apps.get_models(include_auto_created=True)
    }
    known = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    bare = {f"database.{name}": columns for name, columns in _tables() if name not in known}
    tables = {f"store.{name}": tuple(schema.names) for name, schema in store.schemas().items()}
    imports = {f"ledger.{name}": tuple(names) for name, names in ledger.columns().items()}
    return models | bare | tables | imports


def _tables() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield every table that the database has, with its columns: not all have a model."""
    with connection.cursor() as cursor:
        for name in connection.introspection.table_names(cursor):
            columns = connection.introspection.get_table_description(cursor, name)
            yield name, tuple(column.name for column in columns)
