"""`quietude alarms`: a town's rules, and what each would have rung."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from math import isnan
from zoneinfo import ZoneInfo

import click
import polars as pl
from rich.console import Console
from rich.table import Table

from quietude.alarms.api import Compiled, Episode, Ground, LookBack, columns_needed, load_rules, look_back, moment_at
from quietude.cli.noting import note_command
from quietude.config import Settings
from quietude.journal.api import Kind
from quietude.model.viewer import Viewer
from quietude.model.vocabulary import load_vocabulary
from quietude.sources.api import ManifestError, SourceError, TerritoryError, Town, load_town
from quietude.store.api import Store, StoreError

FAULTS = (ManifestError, SourceError, TerritoryError, StoreError)
DAY = click.DateTime(["%Y-%m-%d"])
YEAR = timedelta(days=365)
VIEWER = Viewer.system("alarms")
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@click.group(name="alarms")
def command() -> None:
    """Look at the rules that ring, and try them on what is there."""


@command.command(name="rules")
@click.pass_obj
def rules_(settings: Settings) -> None:
    """List the town's rules, each read and checked. Reads no fact."""
    town = _town(settings)
    table = Table("rule", "about", "severity", "title")
    for each in _rules(town):
        table.add_row(each.rule.name, each.rule.by, str(each.rule.severity), each.rule.title.en)
    Console().print(table)


@command.command(name="try")
@click.argument("rule")
@click.option("--since", type=DAY, help="First day (default: a year before the last).")
@click.option("--until", type=DAY, help="Last day (default: the day of the newest fact).")
@click.option("--list", "listed", default=0, help="How many alarms to list, the newest first.")
@click.pass_obj
def try_(settings: Settings, rule: str, *, since: datetime | None, until: datetime | None, listed: int) -> None:
    """Say what RULE would have rung on the facts that are there, and how much work it would have made."""
    town = _town(settings)
    rules = {found.rule.name: found for found in _rules(town)}
    each = rules.get(rule)
    if each is None:
        known = ", ".join(rules) or "none"
        raise click.ClickException(f"{town.name} has no rule {rule!r}; it has {known}")
    try:
        store = Store.open(settings.facts_dir, levels=town.territory.level_names, timezone=town.timezone)
        last = _day(until) or _newest(store, each)
    except FAULTS as error:
        raise click.ClickException(str(error)) from error
    if last is None:
        click.echo("No fact is there to try it on; import a source first.")
        return
    first = _day(since) or last - YEAR
    if first > last:
        raise click.UsageError(f"--since {first} is after --until {last}")
    note_command(settings, Kind.CONSULT, "alarms try", rule=rule, since=str(first), until=str(last))
    question = replace(each.whole, since=first, until=last)
    try:
        facts = pl.DataFrame(store.query(VIEWER, question, columns=columns_needed(each), order_by=()))
    except StoreError as error:
        raise click.ClickException(str(error)) from error
    found = look_back(each, facts, town.timezone, first, last)
    _show(found)
    for episode in list(reversed(found.episodes))[:listed]:
        click.echo(_line(each, episode, town))


def _newest(store: Store, each: Compiled) -> date | None:
    newest = store.query(VIEWER, each.whole, columns=("day",), order_by=("-occurred_from",), limit=1)
    day: date | None = newest.column("day")[0].as_py() if newest.num_rows else None
    return day


def _show(found: LookBack) -> None:
    click.echo(
        f"From {found.since} to {found.until} this would have rung {len(found.episodes):,} times, "
        f"{found.per_day:.2f} a day, on {found.facts:,} facts."
    )
    if not found.episodes:
        return
    nights = ", ".join(f"{day} {count:.2g}" for day, count in zip(DAYS, found.nights, strict=True) if not isnan(count))
    click.echo(f"On an average night: {nights}.")
    flood = "more than one person can take (ISA-18.2: fewer than 10)" if found.is_flood else "one person can take that"
    click.echo(f"At most {found.busiest} within ten minutes: {flood}.")
    click.echo(f"At least one stood during {found.standing:.1%} of the time.")


def _line(each: Compiled, episode: Episode, town: Town) -> str:
    began = moment_at(episode.began).astimezone(ZoneInfo(town.timezone))
    return f"{began:%Y-%m-%d %H:%M} {_about(each, episode, town)}: {episode.facts} facts"


def _about(each: Compiled, episode: Episode, town: Town) -> str:
    kind, _, level = each.rule.by.partition(":")
    if kind != "zone":
        return episode.group or town.title.en
    zone = town.territory.level(level).by_code.get(episode.group)
    return zone.name if zone is not None else episode.group


def _rules(town: Town) -> tuple[Compiled, ...]:
    ground = Ground(town.territory, load_vocabulary(), town.timezone, tuple(town.sources))
    try:
        return load_rules(town.folder, ground, datetime.now(UTC).date())
    except ManifestError as error:
        raise click.ClickException(str(error)) from error


def _town(settings: Settings) -> Town:
    try:
        return load_town(settings.town_dir, settings.data_dir, made_here=settings.made_here_dir)
    except FAULTS as error:
        raise click.ClickException(str(error)) from error


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment is not None else None
