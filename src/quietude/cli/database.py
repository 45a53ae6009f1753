"""`quietude database`: where the portal keeps its accounts, views and sessions."""

from __future__ import annotations

from urllib.parse import urlsplit

import click

from quietude.cli.noting import note_command
from quietude.config import Settings
from quietude.journal.api import Kind, restrict
from quietude.portal.api import PortalError, move_database


@click.group("database")
def command() -> None:
    """Look after the portal's database."""


@command.command()
@click.argument("name")
def role(name: str) -> None:
    """Print what lets the PostgreSQL role NAME run the portal, and only ever add to the journal of acts.

    Run it as the owner of the tables, after each upgrade that changed them, then put the role in DATABASE_URL:
    quietude database role portal | psql OWNER_ADDRESS. Upgrades start once with the owner's address.
    """
    try:
        statements = restrict(name)
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    for statement in statements:
        click.echo(f"{statement};")


@command.command()
@click.argument("address", metavar="POSTGRESQL_ADDRESS")
@click.pass_obj
def move(settings: Settings, address: str) -> None:
    """Copy the portal's SQLite database to the empty PostgreSQL database at POSTGRESQL_ADDRESS.

    Stop the portal first: what is written meanwhile stays behind. The SQLite database is left as it is. Then set
    DATABASE_URL to that address.
    """
    note_command(settings, Kind.COMMUNICATE, "database move", to_whom=urlsplit(address).hostname or "")
    try:
        rows = move_database(settings, address, click.echo)
    except PortalError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{rows:,} rows moved. Set DATABASE_URL to that address, then start the portal.")
