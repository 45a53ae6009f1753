"""`quietude store`: look at the tables of facts, keep them quick, erase facts."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from quietude.cli.forgetting import forget_texts
from quietude.cli.noting import note_command
from quietude.config import Settings
from quietude.journal.api import Kind
from quietude.sources.api import ManifestError, SourceError, TerritoryError, load_town
from quietude.store.api import Store, StoreError

FAULTS = (ManifestError, SourceError, TerritoryError, StoreError)


@click.group(name="store")
def command() -> None:
    """Look after the facts that are kept: their size, their order, their erasure."""


@command.command()
@click.pass_obj
def info(settings: Settings) -> None:
    """Show the tables of the town's store: version, rows, months, files, size."""
    table = Table("table", "version", "rows", "months", "files", "size")
    for each in _store(settings).info():
        size = f"{each.bytes / 1024**2:,.1f} MiB"
        table.add_row(each.name, str(each.version), f"{each.rows:,}", str(each.months), f"{each.files:,}", size)
    Console().print(table)


@command.command()
@click.pass_obj
def maintain(settings: Settings) -> None:
    """Join small files, renew the cubes, shorten the log, delete what no kept version needs.

    Also done bit by bit after each write; safe at any time, beside any number of readers and writers.
    """
    done = _store(settings).maintain()
    click.echo(
        f"{done.months_compacted} months joined ({done.files_before} files before, {done.files_after} after), "
        f"cubes of {done.cube_months} months renewed, {done.checkpoints} logs shortened, "
        f"{done.files_deleted} old files deleted"
    )


@command.command()
@click.argument("uids", nargs=-1)
@click.option(
    "--from", "listed", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A file, one per line."
)
@click.option("--reason", required=True, help="Why, for the ledger: say nothing of the person.")
@click.option("--by", required=True, help="Who decided, for the ledger.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def erase(settings: Settings, *, uids: tuple[str, ...], listed: Path | None, reason: str, by: str, yes: bool) -> None:
    """Erase the facts named by UIDS (or by names "YYYYMM-uid") from every file, for ever.

    They are refused when their source is imported again. `quietude restore` erases them again from an older backup.
    """
    named = [*uids, *(listed.read_text(encoding="utf-8").split() if listed is not None else [])]
    wanted = sorted({name.rpartition("-")[2] for name in named})
    wrong = [uid for uid in wanted if len(uid) != 32 or not set(uid) <= set("0123456789abcdef")]
    if wrong or not wanted:
        raise click.ClickException(f"not the name of a fact: {wrong[0]!r}" if wrong else "name at least one fact")
    store = _store(settings)
    if not yes:
        click.confirm(f"Erase {len(wanted)} facts for ever?", abort=True)
    note_command(settings, Kind.ERASE, "store erase", ids=wanted, motive=reason, facts=str(len(wanted)), decided_by=by)
    try:
        done = store.erase(wanted, reason=reason, by=by)
    except StoreError as error:
        raise click.ClickException(str(error)) from error
    click.echo(
        f"erasure {done.erasure_id}: {done.erased} of {done.asked} facts were there and are gone, "
        f"with {done.versions} past versions; {done.files} files deleted"
    )
    forget_texts(settings)


def _store(settings: Settings) -> Store:
    try:
        town = load_town(settings.town_dir, settings.data_dir, made_here=settings.made_here_dir)
        return Store.open(settings.facts_dir, levels=town.territory.level_names, timezone=town.timezone)
    except FAULTS as error:
        raise click.ClickException(str(error)) from error
