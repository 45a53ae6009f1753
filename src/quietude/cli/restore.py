"""`quietude restore`: a backup brought back into a new folder."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from quietude.backup.api import BackupError, Identities, Repository, Restored, restore
from quietude.cli.backup import FILE, FOLDER, folder_of, in_repository, size
from quietude.cli.noting import note_in_restored
from quietude.config import Settings


@click.command("restore")
@in_repository
@click.option("--identity", type=FILE, required=True, help="File of the private key.")
@click.option("--to", "target", type=FOLDER, required=True, help="A new folder: nothing is ever overwritten.")
@click.option("--backup", "name", help="Which one (default: the newest).")
@click.option("--database", "address", help="An empty PostgreSQL database for the portal's tables.")
@click.pass_obj
def command(
    settings: Settings,
    *,
    repository: Path | None,
    identity: Path,
    target: Path,
    name: str | None,
    address: str | None,
) -> None:
    """Bring a backup back. What was erased after it was taken is erased again before anything can be read."""
    try:
        opened = Repository.open(folder_of(settings, repository), settings.town)
        note = partial(note_in_restored, settings, backup=name or opened.index(None).name, database_url=address)
        done = restore(
            settings, opened, Identities.read(identity), target, name=name, database_url=address, before_shown=note
        )
    except BackupError as error:
        raise click.ClickException(str(error)) from error
    _tell(done, target)


def _tell(done: Restored, target: Path) -> None:
    click.echo(f"backup {done.name}: {done.files:,} files, {size(done.size_bytes)}, brought back to {target}")
    for note in done.notes:
        click.echo(f"Note: {note}", err=True)
    again = done.repeated
    click.echo(
        f"erased since then, and erased again: {again.facts:,} facts, {again.versions:,} past versions, "
        f"{again.records:,} quarantined records ({again.entries:,} new entries in the ledger of erasures)"
    )
    if again.traces:
        click.echo(f"The portal erases {again.traces:,} of its own rows and lines again, before it serves.")
    if done.has_dump:
        dump = target / "portal.pgdump"
        click.echo(f"The portal's database is {dump}: pg_restore --no-owner --no-acl -d ADDRESS {dump}")
    click.echo(f"To use it: QUIETUDE_VAR_DIR={target / 'var'} QUIETUDE_TOWNS_DIR={target / 'towns'}")
