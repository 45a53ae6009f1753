"""`quietude alarms`: a town's rules, and what each would have rung."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from math import isnan
from zoneinfo import ZoneInfo

import click
import polars as pl
from rich.console import Console
from rich.table import Table

from quietude.alarms.api import (
    LEAST_WEEKS,
    Compiled,
    Episode,
    Ground,
    LookBack,
    columns_needed,
    departure_in,
    fixed_moments,
    learn,
    load_rules,
    look_back,
    look_back_on_numbers,
    moment_at,
    overload,
    weeks_before,
)
from quietude.cli.noting import note_command
from quietude.config import Settings
from quietude.journal.api import Kind
from quietude.model.event import Reality
from quietude.model.observation import mark_of
from quietude.model.viewer import Viewer
from quietude.model.vocabulary import load_vocabulary
from quietude.portal.api import accepted_rules
from quietude.sources.api import GazetteerError, ManifestError, SourceError, TerritoryError, Town, load_town
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
@click.option(
    "--export", "exports", is_flag=True, help="First write the editions accepted in the portal into the files."
)
@click.pass_obj
def rules_(settings: Settings, *, exports: bool) -> None:
    """List the town's rules, each read and checked. Reads no fact."""
    town = _town(settings)
    if exports:
        _export(settings, town)
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
        last = _day(until) or (_newest_number(store, town) if each.rule.is_of_numbers else _newest(store, each))
    except FAULTS as error:
        raise click.ClickException(str(error)) from error
    if last is None:
        click.echo("No fact is there to try it on; import a source first.")
        return
    first = _day(since) or last - YEAR
    if first > last:
        raise click.UsageError(f"--since {first} is after --until {last}")
    note_command(settings, Kind.CONSULT, "alarms try", rule=rule, since=str(first), until=str(last))
    try:
        found = _tried(store, each, town, first, last)
    except StoreError as error:
        raise click.ClickException(str(error)) from error
    _show(found)
    for episode in list(reversed(found.episodes))[:listed]:
        click.echo(_line(each, episode, town))
    refused = overload(found)
    if refused is not None:
        raise click.ClickException(f"rule {rule} rings on everything: {refused}.")


def _with_normals(each: Compiled, store: Store, first: date, last: date) -> Compiled:
    """Return a rule with what was normal in each month, from the facts before it; say where too little is known."""
    if departure_in(each.rule.when) is None:
        return each
    moments = fixed_moments(first, last, each.clock.timezone)
    since = weeks_before(moments[0], each.clock.timezone)[0]
    question = replace(each.whole, since=since, until=moments[-1])
    facts = pl.DataFrame(store.query(VIEWER, question, columns=columns_needed(each), order_by=()))
    normals = [learn(each, facts, moment, each.clock) for moment in moments]
    unknown = [normal for normal in normals if not normal.is_enough]
    if unknown:
        click.echo(
            f"In {len(unknown)} of {len(normals)} months it rings nothing: fewer than {LEAST_WEEKS} complete weeks "
            "of facts before them say what is normal."
        )
    return each.with_normals(normals)


def _export(settings: Settings, town: Town) -> None:
    """Write accepted editions into the town's files, and remove those that are withdrawn."""
    folder = town.folder / "rules"
    for name, text in sorted(accepted_rules(settings).items()):
        path = folder / f"{name}.yml"
        held = path.read_text(encoding="utf-8") if path.is_file() else None
        if held == text:
            continue
        try:
            if text is None:
                path.unlink()
            else:
                folder.mkdir(exist_ok=True)
                making = path.with_suffix(".making")
                making.write_text(text, encoding="utf-8")
                making.replace(path)
        except OSError as error:
            raise click.ClickException(f"{path}: cannot be written ({error.strerror}); nothing after it was") from error
        click.echo(f"{path}: {'removed' if text is None else 'written'}")


def _tried(store: Store, each: Compiled, town: Town, first: date, last: date) -> LookBack:
    if each.rule.is_of_numbers:
        zone = ZoneInfo(town.timezone)
        since, until = (datetime.combine(day, time(), zone) for day in (first, last + timedelta(days=1)))
        numbers = pl.DataFrame(store.observations(VIEWER, since=since, until=until))
        numbers = numbers.filter(pl.col("reality") != Reality.EXERCISE.value)
        return look_back_on_numbers(each, numbers, town.territory, first, last, timezone=town.timezone)
    question = replace(each.whole, since=first, until=last)
    facts = pl.DataFrame(store.query(VIEWER, question, columns=columns_needed(each), order_by=()))
    return look_back(_with_normals(each, store, first, last), facts, town.timezone, first, last)


def _newest_number(store: Store, town: Town) -> date | None:
    there = store.series(VIEWER).select(["series", "last"]).to_pylist()
    ends = [row["last"] for row in there if row["last"] is not None and not mark_of(row["series"])]
    return max(ends).astimezone(ZoneInfo(town.timezone)).date() if ends else None


def _newest(store: Store, each: Compiled) -> date | None:
    newest = store.query(VIEWER, each.whole, columns=("day",), order_by=("-occurred_from",), limit=1)
    day: date | None = newest.column("day")[0].as_py() if newest.num_rows else None
    return day


def _show(found: LookBack) -> None:
    click.echo(
        f"From {found.since} to {found.until} this would have rung {len(found.episodes):,} times, "
        f"{found.per_day:.2f} a day, on {found.facts:,} facts."
    )
    if found.candidates:
        click.echo(f"{found.candidates:,} more would have been candidates, which ring nobody.")
    if not found.episodes:
        return
    nights = ", ".join(f"{day} {count:.2g}" for day, count in zip(DAYS, found.nights, strict=True) if not isnan(count))
    click.echo(f"On an average night: {nights}.")
    flood = "more than one person can take (ISA-18.2: fewer than 10)" if found.is_flood else "one person can take that"
    click.echo(f"At most {found.busiest} within ten minutes: {flood}.")
    click.echo(f"At least one stood during {found.standing:.1%} of the time.")


def _line(each: Compiled, episode: Episode, town: Town) -> str:
    began = moment_at(episode.began).astimezone(ZoneInfo(town.timezone))
    said = f"{began:%Y-%m-%d %H:%M} {_about(each, episode, town)}: {episode.facts} facts"
    departure = departure_in(each.rule.when)
    expected = each.season(episode.group).expected(episode.began, departure) if departure is not None else None
    if expected is not None:
        said += f", {expected.mean:.1f} expected ({expected.low} to {expected.high})"
    return said


def _about(each: Compiled, episode: Episode, town: Town) -> str:
    kind, _, level = each.rule.by.partition(":")
    if kind != "zone":
        return episode.group or town.title.en
    zone = town.territory.level(level).by_code.get(episode.group)
    return zone.name if zone is not None else episode.group


def _rules(town: Town) -> tuple[Compiled, ...]:
    try:
        return load_rules(town.folder, Ground.of(town, load_vocabulary()), datetime.now(UTC).date())
    except (ManifestError, GazetteerError) as error:
        raise click.ClickException(str(error)) from error


def _town(settings: Settings) -> Town:
    try:
        return load_town(settings.town_dir, settings.data_dir, made_here=settings.made_here_dir)
    except FAULTS as error:
        raise click.ClickException(str(error)) from error


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment is not None else None
