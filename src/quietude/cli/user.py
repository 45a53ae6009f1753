"""`quietude user`: the portal's accounts."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from quietude.cli.noting import note_command
from quietude.config import Settings
from quietude.journal.api import Kind
from quietude.portal.api import PortalError, add_user, import_users, list_users, reset_password, reset_second_factor

ROLES = ("agent", "supervisor", "analyst", "elected", "data_manager", "dpo", "administrator")


@click.group("user")
def command() -> None:
    """Keep the portal's accounts."""


def _password(is_on_stdin: bool) -> str | None:
    """Return the password in the first line of the input; on the command line others could read it."""
    return sys.stdin.readline().rstrip("\r\n") if is_on_stdin else None


def _tell(username: str, password: str, *, is_given: bool) -> None:
    if is_given:
        click.echo(f"{username}: done.")
    else:
        click.echo(
            f"{username}: the password is {password}\nIt is shown once, and must be changed at the first sign-in."
        )


@command.command("add")
@click.argument("username")
@click.option("--role", type=click.Choice(ROLES), required=True, help="What the account is for.")
@click.option("--email", default="", help="Can be used instead of the user name to sign in.")
@click.option("--full-name", default="", help="Name shown in the portal.")
@click.option(
    "--language", type=click.Choice(["fr", "en"]), default="fr", show_default=True, help="Language of the screens."
)
@click.option(
    "--password-stdin", is_flag=True, help="Read the password from the first line of the input; made up otherwise."
)
@click.pass_obj
def add(settings: Settings, /, username: str, role: str, *, password_stdin: bool, **particulars: str) -> None:
    """Make the account USERNAME."""
    given = _password(password_stdin)
    note_command(settings, Kind.COLLECT, "user add", to_whom=username, role=role)
    try:
        password = add_user(settings, username, role, password=given, **particulars)
    except PortalError as error:
        raise click.ClickException(str(error)) from error
    _tell(username, password, is_given=given is not None)


@command.command("list")
@click.pass_obj
def show(settings: Settings) -> None:
    """List the accounts."""
    note_command(settings, Kind.CONSULT, "user list")
    try:
        accounts = list_users(settings)
    except PortalError as error:
        raise click.ClickException(str(error)) from error
    table = Table("User name", "Role", "State", "Full name", "E-mail", "Last sign-in (UTC)")
    for account in accounts:
        last = f"{account.last_sign_in:%Y-%m-%d %H:%M}" if account.last_sign_in is not None else "never"
        table.add_row(
            account.username,
            account.role,
            "open" if account.is_open else "closed",
            account.full_name,
            account.email,
            last,
        )
    Console().print(table)


@command.command("reset")
@click.argument("username")
@click.option(
    "--password-stdin", is_flag=True, help="Read the password from the first line of the input; made up otherwise."
)
@click.option("--second-factor", is_flag=True, help="Forget the second factor too, for a person who has lost it.")
@click.pass_obj
def reset(settings: Settings, username: str, password_stdin: bool, second_factor: bool) -> None:
    """Give USERNAME a new password; its sessions end."""
    given = _password(password_stdin)
    form = "password and second factor" if second_factor else "password"
    note_command(settings, Kind.MODIFY, "user reset", to_whom=username, form=form)
    try:
        if second_factor:
            reset_second_factor(settings, username)
        password = reset_password(settings, username, password=given)
    except PortalError as error:
        raise click.ClickException(str(error)) from error
    _tell(username, password, is_given=given is not None)


@command.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--confirm", "is_confirmed", is_flag=True, help="Do it; without, only tell what would change.")
@click.pass_obj
def import_table(settings: Settings, file: Path, is_confirmed: bool) -> None:
    """Make and change accounts from the CSV table FILE: all of its lines, or none where one is wrong."""
    try:
        told = import_users(settings, file.read_bytes(), is_confirmed=is_confirmed)
    except PortalError as error:
        raise click.ClickException(str(error)) from error
    for line, column, value, said in told.faults:
        click.echo(f"{file}:{line}: {column} {value!r}: {said}", err=True)
    if told.faults:
        raise click.ClickException(f"{len(told.faults)} faults; nothing was changed")
    for username, field, before, after in told.changes:
        click.echo(f"{username}: {field} {before!r} > {after!r}")
    if not is_confirmed:
        click.echo(f"{len({change[0] for change in told.changes})} accounts would change. Do it with --confirm.")
    for username, password in told.passwords.items():
        _tell(username, password, is_given=False)
