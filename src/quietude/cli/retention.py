"""`quietude retention`: what is past its term, its elimination with a visa, legal holds."""

from __future__ import annotations

from datetime import date, datetime

import click
from rich.console import Console
from rich.table import Table

from quietude.cli.forgetting import forget_texts
from quietude.cli.noting import note_command
from quietude.config import Settings
from quietude.journal.api import Kind
from quietude.keeping.api import Plan
from quietude.portal.api import PortalError, dispose, hold_facts, plan_disposal, release_facts

DAY = click.DateTime(["%Y-%m-%d"])
AS_OF = click.option("--as-of", type=DAY, help="Count the durations to this day (default: today).")


@click.group(name="retention")
def command() -> None:
    """Keep to the durations: facts, versions, numbers, quarantine, reports, sessions, acts, views."""


@command.command()
@AS_OF
@click.pass_obj
def report(settings: Settings, as_of: datetime | None) -> None:
    """Show what is past its term, and the digest of the list to sign. Changes nothing."""
    _show(_planned(settings, as_of))


@command.command()
@click.option("--by", help="Who signs the visa.")
@click.option("--reason", help="Why: the number of the visa, the decision.")
@click.option("--list", "list_digest", help="Digest of the list that was looked at, as the report prints it.")
@click.option("--dry-run", is_flag=True, help="Show what would leave, and stop there.")
@AS_OF
@click.pass_obj
def run(
    settings: Settings,
    *,
    by: str | None,
    reason: str | None,
    list_digest: str | None,
    dry_run: bool,
    as_of: datetime | None,
) -> None:
    """Make what is past its term leave: to the archives, or eliminated, for ever."""
    if dry_run:
        _show(_planned(settings, as_of))
        return
    if not by or not reason or not list_digest:
        raise click.UsageError("--by, --reason and --list make the visa; look at `quietude retention report` first")
    note_command(settings, Kind.ERASE, "retention run", motive=reason, decided_by=by, list=list_digest[:16])
    try:
        lines = dispose(settings, signed_by=by, reason=reason, list_digest=list_digest, as_of=_day(as_of))
    except PortalError as error:
        raise click.ClickException(str(error)) from error
    table = Table("place", "source", "exit", "due", "held", "gone")
    for line in lines:
        counts = (f"{line[name]:,}" for name in ("due", "held", "done"))
        table.add_row(line["place"], line["source"], line["fate"], *counts)
    Console().print(table)
    forget_texts(settings)


@command.command()
@click.argument("title")
@click.option("--reason", required=True, help="Why: the case, the request of a court.")
@click.option("--source", "sources", multiple=True, help="A source held whole; may be repeated.")
@click.option("--fact", "uids", multiple=True, help="A fact by its name or uid; may be repeated.")
@click.option(
    "--filter", "words", default="", help="A selection in its text form, such as 'source:logbook depuis:2025'."
)
@click.pass_obj
def hold(
    settings: Settings, title: str, *, reason: str, sources: tuple[str, ...], uids: tuple[str, ...], words: str
) -> None:
    """Put the legal hold TITLE: what it covers neither expires nor is erased until it is released."""
    note_command(settings, Kind.MODIFY, "retention hold", motive=reason, hold=title)
    try:
        number = hold_facts(settings, title, reason, sources=sources, uids=uids, words=words)
    except PortalError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"hold {number} is in force; release it with `quietude retention release {number}`")


@command.command()
@click.argument("number", type=int)
@click.pass_obj
def release(settings: Settings, number: int) -> None:
    """Lift the legal hold NUMBER."""
    note_command(settings, Kind.MODIFY, "retention release", hold=str(number))
    try:
        title = release_facts(settings, number)
    except PortalError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"hold {number} ({title}) is lifted")


def _planned(settings: Settings, as_of: datetime | None) -> Plan:
    try:
        return plan_disposal(settings, as_of=_day(as_of))
    except PortalError as error:
        raise click.ClickException(str(error)) from error


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment is not None else None


def _show(found: Plan) -> None:
    table = Table("place", "source", "exit", "due", "held")
    for due in found.dues:
        table.add_row(due.place, due.source, due.fate.value, f"{len(due.items):,}", f"{due.held:,}")
    Console().print(table)
    click.echo(f"as of {found.as_of}: {found.total:,} due, {found.held:,} held")
    click.echo(f"list: {found.digest}")
