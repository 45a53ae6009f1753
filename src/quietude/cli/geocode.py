"""`quietude geocode`: find an address, measure the geocoder, fit its score."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click
import polars as pl
from rich.console import Console
from rich.table import Table

from quietude.config import Settings
from quietude.ingest.api import Measure, Trial, fit_source, open_geocoder, search_address, try_source
from quietude.sources.api import GazetteerError, ManifestError, SourceError, TerritoryError, Town, load_town

FAULTS = (KeyError, ValueError, GazetteerError, ManifestError, SourceError, TerritoryError, FileNotFoundError)
TARGET_LOCATED, TARGET_NEAR = 0.85, 0.90  # what the project set out to reach


@click.group(name="geocode")
def command() -> None:
    """Find where addresses are, and say how far to trust it."""


@command.command()
@click.argument("address")
@click.option("--limit", default=5, show_default=True, help="How many places to show at most.")
@click.pass_obj
def search(settings: Settings, address: str, limit: int) -> None:
    """Show the places that ADDRESS may mean, the likeliest first."""
    town = _town(settings)
    try:
        geocoder = open_geocoder(town, cache_dir=_cache(settings))
    except FAULTS as error:
        raise click.ClickException(_said(error)) from error
    found = search_address(geocoder, address, limit=limit)
    if not found:
        raise click.ClickException(f"no place of {town.name} is like {address!r}; give a street, a place or a zone")
    for number, place in enumerate(found, start=1):
        zones = ", ".join(f"{level} {code}" for level, code in place.zones.items() if code is not None)
        chance = "" if place.score is None else f", chance of the right zone {place.score:.0%}"
        click.echo(f"{number}. {place.label} ({place.located_by})")
        where = f"{place.lat_deg:.5f}, {place.lon_deg:.5f} ± {place.accuracy_m:.0f} m"
        click.echo(f"   {where}{chance}; {zones or 'outside the town'}")


@command.command()
@click.option("--source", help="Source to measure on (default: the first that the gazetteer learns from).")
@click.pass_obj
def evaluate(settings: Settings, source: str | None) -> None:
    """Measure the geocoder on records that have both coordinates and an address, and that taught it nothing."""
    town = _town(settings)
    try:
        trial = try_source(town, _source(town, source))
    except FAULTS as error:
        raise click.ClickException(_said(error)) from error
    _print_trial(trial, Console())


@command.command()
@click.option("--source", help="Source to fit on (default: the first that the gazetteer learns from).")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="File to write (default: the town's own).")
@click.pass_obj
def calibrate(settings: Settings, source: str | None, out: Path | None) -> None:
    """Fit the score of locations on a source's records, but for the part that `evaluate` measures on."""
    town = _town(settings)
    try:
        fitted = fit_source(town, _source(town, source), today=datetime.now(UTC).date())
    except FAULTS as error:
        raise click.ClickException(_said(error)) from error
    target = out or town.folder / "geocoder.json"
    target.write_bytes(fitted.to_json() + b"\n")
    click.echo(f"{target}: fitted on {fitted.provenance['records']} records of {fitted.provenance['source']}")


def _town(settings: Settings) -> Town:
    try:
        return load_town(settings.town_dir, settings.data_dir, made_here=settings.made_here_dir)
    except FAULTS as error:
        raise click.ClickException(_said(error)) from error


def _cache(settings: Settings) -> Path:
    return settings.var_dir / settings.town / "gazetteer"


def _source(town: Town, given: str | None) -> str:
    if given is not None:
        return given
    if town.gazetteer is None or not town.gazetteer.learn_from:
        raise click.ClickException(
            f"{town.folder / 'town.yml'}: gazetteer: nothing to learn from; name one by --source"
        )
    return town.gazetteer.learn_from[0]


def _said(error: BaseException) -> str:
    return str(error.args[0]) if isinstance(error, KeyError) and error.args else str(error)


def _print_trial(trial: Trial, console: Console) -> None:
    click.echo(f"{trial.source}: {trial.tested} records to find, {trial.taught} others to learn from (split by key).")
    click.echo(f"Baseline, equality of normalised names: {trial.baseline:.1%} located.")
    if trial.stated_zone_agrees is not None:
        click.echo(
            f"Of the records that state a zone, {trial.stated_zone_agrees:.1%} lie in it by their own coordinates: "
            "the others contradict themselves."
        )
    table = Table("names from", "located", "true zone", "true or touching", "median error m", "within ± m", "Brier")
    for name, found in trial.measures.items():
        shares = [f"{share:.1%}" for share in (found.located, found.right, found.near)]
        doubts = [f"{found.median_error_m:.0f}", f"{found.within_accuracy:.1%}", f"{found.brier:.3f}"]
        table.add_row(name, *[figure.replace("nan%", "-").replace("nan", "-") for figure in (*shares, *doubts)])
    console.print(table)
    for name, found in trial.measures.items():
        is_reached = found.located >= TARGET_LOCATED and found.near >= TARGET_NEAR
        verdict = "reached" if is_reached else "missed"
        aim = f"{TARGET_LOCATED:.0%} located, {TARGET_NEAR:.0%} of them in the true or a touching zone"
        click.echo(f"Aim ({aim}), {name}: {verdict}.")
    _print_detail(trial.measures["learned, zone stated"], console)


def _print_detail(found: Measure, console: Console) -> None:
    click.echo("With all that is known (last line of the table):")
    for title, table in (
        ("How it was located", found.by_method),
        ("What the score promised and what was kept", found.reliability),
        ("Not in the true zone nor one that touches it, by class", found.failures),
    ):
        _print_table(title, table, console)


def _print_table(title: str, frame: pl.DataFrame, console: Console) -> None:
    table = Table(*frame.columns, title=title, title_justify="left")
    for row in frame.iter_rows():
        table.add_row(*[f"{value:.3f}" if isinstance(value, float) else str(value) for value in row])
    console.print(table)
