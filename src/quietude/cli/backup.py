"""`quietude backup`: encrypted copies of the town, and the proof that they can be brought back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from quietude.backup.api import (
    BackupError,
    Identities,
    Index,
    Policy,
    Recipients,
    Repository,
    create,
    make_identity,
    noted,
    prune,
    verify,
)
from quietude.cli.noting import note_command
from quietude.config import Settings
from quietude.journal.api import Kind

FOLDER = click.Path(file_okay=False, path_type=Path)
FILE = click.Path(dir_okay=False, path_type=Path)


def in_repository(command: Callable[..., Any]) -> Callable[..., Any]:
    """Let a command be told where the backups are."""
    return click.option(
        "--repository", type=FOLDER, help="Folder of the backups, on another disk (default: QUIETUDE_BACKUP_DIR)."
    )(command)


def folder_of(settings: Settings, repository: Path | None) -> Path:
    """Return the folder of the backups.

    Raises:
        ClickException: it is nowhere said.
    """
    chosen = repository if repository is not None else settings.backup_dir
    if chosen is None:
        raise click.ClickException("where are the backups? Say --repository FOLDER, or set QUIETUDE_BACKUP_DIR")
    return chosen


def size(count: int) -> str:
    """Return a number of bytes for people."""
    return f"{count / 1024**2:,.1f} MiB"


@click.group("backup")
def command() -> None:
    """Keep encrypted copies of the town: portal database, facts, ledger, configuration, keys."""


@command.command("create")
@in_repository
@click.option(
    "--recipient",
    "recipients",
    multiple=True,
    help="Public age key of whoever may restore; may be said again (default: QUIETUDE_BACKUP_RECIPIENTS).",
)
@click.pass_obj
def make(settings: Settings, repository: Path | None, recipients: tuple[str, ...]) -> None:
    """Back the town up. Only what changed since the last backup is copied; imports and the portal go on."""
    folder = folder_of(settings, repository)

    def run() -> Index:
        keys = recipients or settings.backup_recipients
        chosen = Recipients.read(keys)
        opened = Repository.open_or_make(folder, settings.town)
        note_command(settings, Kind.COMMUNICATE, "backup create", to_whom=", ".join(keys))
        return create(settings, opened, chosen, lambda: datetime.now(UTC))

    try:
        made = noted(settings, lambda: datetime.now(UTC), run)
    except BackupError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"backup {made.name}: {made.files:,} files, {size(made.size_bytes)}; {size(made.added_bytes)} new")


@command.command("list")
@in_repository
@click.option(
    "--fail-after-minutes", type=click.IntRange(1), help="End with 1 where the newest is older: for whoever watches."
)
@click.pass_obj
def show(settings: Settings, repository: Path | None, fail_after_minutes: int | None) -> None:
    """List the backups, oldest first."""
    try:
        backups = Repository.open(folder_of(settings, repository), settings.town).indexes()
    except BackupError as error:
        raise click.ClickException(str(error)) from error
    table = Table("backup", "taken (UTC)", "files", "size", "new")
    for each in backups:
        at = f"{each.taken_at:%Y-%m-%d %H:%M:%S}"
        table.add_row(each.name, at, f"{each.files:,}", size(each.size_bytes), size(each.added_bytes))
    Console().print(table)
    if fail_after_minutes is not None:
        limit = timedelta(minutes=fail_after_minutes)
        if not backups or datetime.now(UTC) - backups[-1].taken_at > limit:
            newest = f"the newest is of {backups[-1].taken_at:%Y-%m-%d %H:%M} UTC" if backups else "there is none"
            raise click.ClickException(f"no backup in the last {fail_after_minutes} minutes: {newest}")


@command.command("verify")
@in_repository
@click.option("--backup", "name", help="Which one (default: the newest).")
@click.option("--identity", type=FILE, help="File of the private key: brings the town back into a temporary folder.")
@click.option("--work", type=FOLDER, help="Where the temporary folder is made: it needs the size of the town.")
@click.pass_obj
def prove(
    settings: Settings, repository: Path | None, name: str | None, identity: Path | None, work: Path | None
) -> None:
    """Check that a backup is whole.

    Without a private key, the encrypted files are compared with what was written. With one, the town is brought back
    into a temporary folder, its databases and its store are opened, and counts and digests are compared.
    """
    try:
        opened = Repository.open(folder_of(settings, repository), settings.town)
        keys = Identities.read(identity) if identity is not None else None
        if keys is not None:
            note_command(settings, Kind.CONSULT, "backup verify", backup=name or "the newest")
        found = verify(opened, name, keys, work)
    except BackupError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"backup {found.name}: {found.objects:,} encrypted files are whole ({size(found.size_bytes)})")
    if found.files is None:
        click.echo("Not brought back: say --identity FILE to prove that it can be.")
    else:
        click.echo(
            f"brought back: {found.files:,} files, {found.databases} databases, {found.rows:,} rows in the store"
        )


@command.command("prune")
@in_repository
@click.option("--recent-hours", type=click.IntRange(0), default=48, show_default=True, help="All of so many hours.")
@click.option("--daily", type=click.IntRange(0), default=7, show_default=True, help="The last of so many days.")
@click.option("--weekly", type=click.IntRange(0), default=5, show_default=True, help="The last of so many weeks.")
@click.option("--monthly", type=click.IntRange(0), default=12, show_default=True, help="The last of so many months.")
@click.option("--dry-run", is_flag=True, help="Say what would go, delete nothing.")
@click.pass_obj
def thin(settings: Settings, /, repository: Path | None, *, recent_hours: int, dry_run: bool, **kept: int) -> None:
    """Delete old backups, but for the recent ones and the last of each day, week and month.

    What was erased from the town is in the backups from before until they are pruned.
    """
    policy = Policy(recent=timedelta(hours=recent_hours), **kept)
    try:
        opened = Repository.open(folder_of(settings, repository), settings.town)
        if not dry_run:
            note_command(settings, Kind.ERASE, "backup prune", kept=", ".join(f"{key} {kept[key]}" for key in kept))
        done = prune(opened, policy, datetime.now(UTC), is_dry=dry_run)
    except BackupError as error:
        raise click.ClickException(str(error)) from error
    for name in done.removed:
        click.echo(f"{'would go' if dry_run else 'gone'}: {name}")
    click.echo(f"{len(done.kept)} backups kept, {len(done.removed)} pruned, {size(done.size_bytes)} freed")


@command.command("keygen")
@click.argument("file", type=FILE)
def make_keys(file: Path) -> None:
    """Make a pair of keys: the private one into FILE, the public one is printed.

    Keep FILE away from the server, twice: who has it reads every backup, and without it none can be restored.
    """
    try:
        public = make_identity(file)
    except BackupError as error:
        raise click.ClickException(str(error)) from error
    click.echo(public)
