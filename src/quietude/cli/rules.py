"""`quietude rules`: the rulebook on a day, and whether what it names is there."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from quietude.config import Settings
from quietude.portal.api import page_names
from quietude.rulebook.api import (
    Rule,
    Rulebook,
    RulebookError,
    Status,
    absences,
    checkout,
    counts,
    read_rulebook,
    rulebook_folder,
)

STATUS_WORDS = {
    Status.PROVEN: "proven",
    Status.PARTLY: "proven in part",
    Status.ENFORCED: "enforced without a named test",
    Status.TO_COME: "to come",
}
DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.group(name="rules")
def command() -> None:
    """Read the rules of law that the software enforces, with the tests that prove them."""


_at = click.option("--at", type=DAY, help="Only rules in force on this day (YYYY-MM-DD).")
_folder = click.option(
    "--folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of another rulebook (default: the one delivered with the software).",
)


@command.command(name="list")
@_at
@_folder
@click.option("--language", type=click.Choice(["fr", "en"]), default="fr", show_default=True)
def list_rules(at: datetime | None, folder: Path | None, language: str) -> None:
    """List the rules with their dates and status; those without a stated first day count as in force."""
    book = _read(folder)
    rules = _chosen(book, at)
    table = Table("Rule", "Title", "From", "To", "Status", "Tests")
    for rule in rules:
        since, until = _day(rule.in_force.since), _day(rule.in_force.until)
        status = STATUS_WORDS[rule.status]
        table.add_row(rule.id, rule.title.say(language), since, until, status, str(len(rule.tests)))
    Console().print(table)
    click.echo(_summary(rules))


@command.command()
@_at
@_folder
@click.pass_obj
def check(settings: Settings, at: datetime | None, folder: Path | None) -> None:
    """Fail when a test or place that the rulebook names does not exist, naming file, line and remedy."""
    book, root = _read(folder), checkout()
    missing = absences(book, root=root, pages=page_names(settings))
    for line in missing:
        click.echo(line, err=True)
    if root is None:
        click.echo("tests are not installed here: their names, and files of the repository, were not looked for")
    click.echo(_summary(_chosen(book, at)))
    if missing:
        raise click.ClickException(f"{len(missing)} of the tests and places named do not exist")


def _chosen(book: Rulebook, at: datetime | None) -> tuple[Rule, ...]:
    return book.rules if at is None else book.in_force(at.date())


def _day(day: date | None) -> str:
    return "not stated" if day is None else day.isoformat()


def _summary(rules: tuple[Rule, ...]) -> str:
    said = ", ".join(f"{number} {STATUS_WORDS[status]}" for status, number in counts(rules).items())
    return f"{len(rules)} rules: {said}"


def _read(folder: Path | None) -> Rulebook:
    try:
        return read_rulebook(folder or rulebook_folder())
    except RulebookError as error:
        raise click.ClickException(str(error)) from error
