"""`quietude database`: where the portal keeps its accounts, views and sessions."""

from __future__ import annotations

import click

from quietude.config import Settings
from quietude.portal.api import PortalError, move_database


@click.group("database")
def command() -> None:
    """Look after the portal's database."""


@command.command()
@click.argument("address", metavar="POSTGRESQL_ADDRESS")
@click.pass_obj
def move(settings: Settings, address: str) -> None:
    """Copy the portal's SQLite database to the empty PostgreSQL database at POSTGRESQL_ADDRESS.

    Stop the portal first: what is written meanwhile stays behind. The SQLite database is left as it is. Then set
    DATABASE_URL to that address.
    """
    try:
        rows = move_database(settings, address, click.echo)
    except PortalError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{rows:,} rows moved. Set DATABASE_URL to that address, then start the portal.")
