"""The columns that there are: of the portal's database, of the store, of the ledger of imports."""

from __future__ import annotations

from collections.abc import Mapping

from django.apps import apps

from quietude.ingest.api import Ledger
from quietude.store.api import Store


def columns_found(store: Store, ledger: Ledger) -> Mapping[str, tuple[str, ...]]:
    """Return every column that data are kept in, by table: "accounts.User", "store.events", "ledger.quarantine"…"""
    models = {
        model._meta.label: tuple(field.name for field in model._meta.local_fields)
        for model in apps.get_models(include_auto_created=True)
    }
    tables = {f"store.{name}": tuple(schema.names) for name, schema in store.schemas().items()}
    imports = {f"ledger.{name}": tuple(names) for name, names in ledger.columns().items()}
    return models | tables | imports
