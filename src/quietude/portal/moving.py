"""Moves the portal's database from SQLite to PostgreSQL: every row, in one transaction, counted on both sides."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.color import no_style
from django.db import DatabaseError, connection, connections, models, transaction
from django.db.models.sql import InsertQuery

from quietude.config import Settings, SettingsError
from quietude.portal.installation import postgresql
from quietude.portal.problem import PortalError

TARGET = "target"
_START = """
import os
from pathlib import Path
from quietude.config import read_settings
from quietude.portal.api import start
start(read_settings(os.environ, working_dir=Path.cwd()))
"""
ROWS_AT_ONCE = 1000  # some hundred kilobytes in memory, and few round trips


def move(url: str, say: Callable[[str], None]) -> int:
    """Copy every row of the portal's SQLite database to the empty PostgreSQL database at `url`; return how many.

    Nothing changes in the SQLite database. A failure leaves no row in the other. Django is set up.

    Raises:
        PortalError: the portal's database is not SQLite, the other cannot be opened, or is not empty.
    """
    if connection.vendor != "sqlite":
        raise PortalError("the portal's database is PostgreSQL already: DATABASE_URL says so")
    try:
        connections.databases[TARGET] = connections.configure_settings({"default": {}, TARGET: postgresql(url)})[TARGET]
    except SettingsError as error:
        raise PortalError(str(error)) from error
    try:
        _lay_tables(url)
        return _copy(say)
    except DatabaseError as error:
        raise PortalError(f"the PostgreSQL database cannot be filled ({error}); nothing was left in it") from error
    finally:
        connections[TARGET].close()
        connections[TARGET].close_pool()  # type: ignore[attr-defined]  # PostgreSQL's own
        del connections[TARGET], connections.databases[TARGET]


def _lay_tables(url: str) -> None:
    """Lay the tables as a portal on that database does, in a process of its own: some migrations fill them, and know
    of one database only.
    """
    ours: Settings = settings.QUIETUDE
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "QUIETUDE_TOWN": ours.town,
        "QUIETUDE_TOWNS_DIR": str(ours.towns_dir),
        "QUIETUDE_DATA_DIR": str(ours.data_dir),
        "QUIETUDE_VAR_DIR": str(ours.var_dir),
    }
    done = subprocess.run(  # noqa: S603 - no shell, and the code is ours
        [sys.executable, "-c", _START], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        said = done.stderr.strip().splitlines() or ["no reason was given"]
        raise PortalError(f"the tables cannot be laid in the PostgreSQL database: {said[-1]}")


def _copy(say: Callable[[str], None]) -> int:
    target = connections[TARGET]
    kept = [model for model in apps.get_models(include_auto_created=True) if _has_table(model)]
    people = apps.get_model("accounts", "User")
    if people._base_manager.using(TARGET).exists():
        raise PortalError("the PostgreSQL database holds accounts already: give an empty one")
    moved = 0
    with transaction.atomic(), transaction.atomic(using=TARGET):
        _empty([model for model in kept if model._base_manager.using(TARGET).exists()])
        for model in kept:
            rows = _copy_table(model)
            there = model._base_manager.using(TARGET).count()
            if rows != there:
                raise PortalError(f"{model._meta.db_table}: {rows} rows read, {there} written; nothing was moved")
            if rows:
                say(f"{model._meta.db_table}: {rows:,} rows")
            moved += rows
        moved += _copy_other_tables(kept, say)
        with target.cursor() as cursor:
            for statement in target.ops.sequence_reset_sql(no_style(), kept):
                cursor.execute(statement)
    return moved


def _has_table(model: type[models.Model]) -> bool:
    return model._meta.managed and not model._meta.proxy


def _empty(filled: list[type[models.Model]]) -> None:
    """Take away what the migrations themselves put in the new tables: names of models and of permissions."""
    target = connections[TARGET]
    if not filled:
        return
    names = ", ".join(target.ops.quote_name(model._meta.db_table) for model in filled)
    with target.cursor() as cursor:
        cursor.execute(f"TRUNCATE {names} CASCADE")


def _copy_table(model: type[models.Model]) -> int:
    """Copy one table as it is: no default, no moment of "now", no signal."""
    fields = model._meta.concrete_fields
    copied = 0
    for rows in _batches(model):
        query = InsertQuery(model)
        query.insert_values(fields, rows, raw=True)
        query.get_compiler(using=TARGET).execute_sql()
        copied += len(rows)
    return copied


def _copy_other_tables(kept: list[type[models.Model]], say: Callable[[str], None]) -> int:
    """Copy the tables that no model describes (the journal's), column by column; return the number of rows."""
    ours = {model._meta.db_table for model in kept} | {"django_migrations"}
    moved = 0
    with connection.cursor() as source, connections[TARGET].cursor() as target:
        for table in sorted(set(connection.introspection.table_names(source)) - ours):
            columns = [column.name for column in connection.introspection.get_table_description(source, table)]
            name, listed = (connection.ops.quote_name(table), ", ".join(map(connection.ops.quote_name, columns)))
            source.execute(f"SELECT {listed} FROM {name}")
            target.execute(f"TRUNCATE {name}")  # a row that the migration put there comes with the others
            rows = 0
            while batch := source.fetchmany(ROWS_AT_ONCE):
                target.executemany(f"INSERT INTO {name} ({listed}) VALUES ({', '.join(['%s'] * len(columns))})", batch)
                rows += len(batch)
            if rows:
                say(f"{table}: {rows:,} rows")
            moved += rows
    return moved


def _batches(model: type[models.Model]) -> Iterator[list[Any]]:
    rows = model._base_manager.using("default").order_by("pk").iterator(chunk_size=ROWS_AT_ONCE)
    while batch := list(islice(rows, ROWS_AT_ONCE)):
        yield batch
