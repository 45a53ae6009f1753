"""`quietude replay`: play past facts and values as if live, as an exercise."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import click

from quietude.cli.noting import note_command
from quietude.config import Settings
from quietude.journal.api import Kind
from quietude.portal.api import PortalError, clear_exercises, replay
from quietude.sources.api import ManifestError, TerritoryError, load_town

WHEN = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"])


@click.command(name="replay")
@click.option(
    "--source", "sources", multiple=True, help="Source whose facts or values are played; may be said several times."
)
@click.option("--from", "since", type=WHEN, help="First moment, by the town's clock.")
@click.option("--until", type=WHEN, help="Last moment; a day after the first when absent.")
@click.option("--speed", default=60.0, show_default=True, help="How many times faster than it was.")
@click.option(
    "--clear",
    "is_clearing",
    is_flag=True,
    help="End what is under way, and take the facts of exercises out of the store.",
)
@click.pass_obj
def command(
    settings: Settings,
    *,
    sources: tuple[str, ...],
    since: datetime | None,
    until: datetime | None,
    speed: float,
    is_clearing: bool,
) -> None:
    """Play past facts and values of sources as if they came now: marked as an exercise, apart from real alarms.

    At the end the last of them happens now. Their alarms ring in the tray of a portal that is served meanwhile. What
    an exercise played leaves by itself after a week, or with --clear.
    """
    try:
        if is_clearing:
            note_command(settings, Kind.MODIFY, "replay --clear")
            click.echo(f"{clear_exercises(settings):,} facts and values of exercises are out of the store.")
            return
        if not sources or since is None:
            raise click.UsageError("say --source and --from, or --clear")
        zone = ZoneInfo(_timezone(settings))
        begin = since.replace(tzinfo=zone)
        end = until.replace(tzinfo=zone) if until is not None else _day_after(begin)
        note_command(settings, Kind.MODIFY, "replay", sources=", ".join(sources), since=str(begin), until=str(end))
        played = replay(settings, sources, begin, end, speed=speed, say=click.echo)
    except PortalError as error:
        raise click.ClickException(str(error)) from error
    except KeyboardInterrupt:
        click.echo("The exercise is over. What it played stays for a week; `quietude replay --clear` takes it out now.")
        return
    click.echo(f"{played:,} facts and values were played. `quietude replay --clear` takes them out of the store.")


def _day_after(begin: datetime) -> datetime:
    day: date = begin.date() + timedelta(days=1)
    return datetime.combine(day, time(begin.hour, begin.minute), tzinfo=begin.tzinfo)


def _timezone(settings: Settings) -> str:
    try:
        return load_town(settings.town_dir, settings.data_dir, made_here=settings.made_here_dir).timezone
    except (ManifestError, TerritoryError) as error:
        raise click.ClickException(str(error)) from error
