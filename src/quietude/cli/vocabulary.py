"""`quietude vocabulary`: the harmonised words, and how sources are brought to them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click
import polars as pl
from rich.console import Console

from quietude.cli.crosswalk_tables import coverage_summary, coverage_table, moves_table, suggestion_rows
from quietude.cli.noting import note_command
from quietude.config import Settings
from quietude.ingest.api import (
    Coverage,
    NoCrosswalkError,
    Proposal,
    RecodeError,
    RecodingFolder,
    apply_recoding,
    cover,
    crosswalk_of,
    filed_values,
    propose_recoding,
    propose_undoing,
    propose_version,
    source_values,
    undo_recoding,
)
from quietude.journal.api import Kind
from quietude.model.vocabulary import Vocabulary, load_vocabulary
from quietude.model.vocabulary.suggest import Suggester
from quietude.sources.api import Manifest, ManifestError, SourceError, TerritoryError, Town, load_town
from quietude.store.api import Store, StoreError

FAULTS = (NoCrosswalkError, RecodeError, ManifestError, SourceError, StoreError, TerritoryError)


@click.group(name="vocabulary")
def command() -> None:
    """Keep the words that facts are filed under, and the crosswalks that lead to them."""


@command.command()
@click.argument("source", required=False)
@click.option("--files", is_flag=True, help="Count the values in the source's files instead of the filed facts.")
@click.option("--limit", default=30, show_default=True, help="How many unmapped and ambiguous values to show.")
@click.pass_obj
def report(settings: Settings, source: str | None, files: bool, limit: int) -> None:
    """Show how well the crosswalk of SOURCE (of every source) covers its words.

    Values are counted in the filed facts, or in the source's files where none are filed yet.
    """
    town = _town(settings)
    console = Console()
    if source is None:
        covered = list(_every_coverage(settings, town, files=files))
        console.print(coverage_summary(covered))
        return
    try:
        found = _coverage(settings, town, _manifest(town, source), files=files)
    except FAULTS as error:
        raise click.ClickException(str(error)) from error
    for table in coverage_table(found, limit=limit):
        console.print(table)


@command.command()
@click.argument("source")
@click.option("--files", is_flag=True, help="Take the values of the source's files instead of the filed facts.")
@click.option("--all", "is_all", is_flag=True, help="Propose for every value, mapped or not.")
@click.option("--limit", default=50, show_default=True, help="How many values, most frequent first.")
@click.option("--csv", "is_csv", is_flag=True, help="Write rows for the crosswalk, best code first, to be reviewed.")
@click.pass_obj
def suggest(settings: Settings, source: str, *, files: bool, is_all: bool, limit: int, is_csv: bool) -> None:
    """Propose three codes for each value of SOURCE that its crosswalk does not know."""
    town, vocabulary = _town(settings), load_vocabulary()
    manifest = _manifest(town, source)
    try:
        found = _coverage(settings, town, manifest, files=files)
        suggester = Suggester(vocabulary, _mapped_before(town, vocabulary))
    except FAULTS as error:
        raise click.ClickException(str(error)) from error
    wanted = found.values.select("value", "rows") if is_all else found.unmapped
    wanted = wanted.filter(pl.col("value").is_not_null()).head(limit)
    if not wanted.height:
        click.echo(f"{source}: every value is known to {found.crosswalk.name}.csv")
        return
    proposals = [(value, rows, suggester.suggest(value)) for value, rows in wanted.iter_rows()]
    for line in suggestion_rows(proposals, vocabulary, is_csv=is_csv):
        click.echo(line)


@command.command()
@click.option("--format", "form", type=click.Choice(["turtle", "json-ld"]), default="turtle", show_default=True)
@click.option(
    "--base", default="urn:quietude:vocabulary:", show_default=True, help="What every concept's URI begins with."
)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="File to write (default: the terminal).")
def export(form: str, base: str, out: Path | None) -> None:
    """Write the vocabulary as SKOS."""
    from quietude.model.vocabulary.skos import export as as_skos  # noqa: PLC0415 - rdflib takes half a second to load

    text = as_skos(load_vocabulary(), "json-ld" if form == "json-ld" else "turtle", base=base)
    if out is None:
        click.echo(text)
    else:
        out.write_text(text, encoding="utf-8")
        click.echo(f"{out}: {len(load_vocabulary().terms)} concepts")


@command.command()
@click.argument("source")
@click.option("--dry-run", is_flag=True, help="Only tell what would change.")
@click.option("--undo", is_flag=True, help="Take the last recoding back.")
@click.option("--to-version", type=int, help="Bring back the codes of this version of the crosswalk.")
@click.pass_obj
def recode(settings: Settings, source: str, dry_run: bool, undo: bool, to_version: int | None) -> None:
    """Give the filed facts of SOURCE the codes of its crosswalk as it is now.

    Facts whose category a person or a model decided stay as they are. Each recoding can be taken back.
    """
    if undo and to_version is not None:
        raise click.UsageError("--undo and --to-version exclude each other")
    town, now = _town(settings), datetime.now(UTC)
    manifest, store = _manifest(town, source), _store(settings, town)
    folder = RecodingFolder(settings.var_dir / settings.town / "recodings")
    try:
        if undo:
            recoding, proposal = propose_undoing(manifest, store, folder)
            _show(proposal)
            if not dry_run:
                note_command(settings, Kind.MODIFY, "vocabulary recode", source=source, form="undo")
                changed = undo_recoding(recoding, proposal, store, folder, at=now)
                click.echo(f"{source}: recoding {recoding.number} is taken back, {changed} facts changed")
            return
        proposal = (
            propose_recoding(manifest, store, load_vocabulary())
            if to_version is None
            else propose_version(manifest, store, folder, to_version)
        )
        _show(proposal)
        if dry_run or not proposal.changed:
            click.echo(
                f"{source}: {proposal.changed} facts would change" if dry_run else f"{source}: nothing to change"
            )
            return
        note_command(settings, Kind.MODIFY, "vocabulary recode", source=source, facts=str(proposal.changed))
        made = apply_recoding(proposal, store, folder, at=now)
    except FAULTS as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{source}: {made.changed} facts changed; take it back with: quietude vocabulary recode {source} --undo")


def _show(proposal: Proposal) -> None:
    if proposal.changed:
        Console().print(moves_table(proposal))
    if proposal.kept:
        click.echo(f"{proposal.kept} facts keep their category: the crosswalk does not know their words")


def _every_coverage(settings: Settings, town: Town, *, files: bool) -> Iterator[Coverage]:
    for manifest in town.sources.values():
        if manifest.crosswalk_path() is None:
            continue
        try:
            yield _coverage(settings, town, manifest, files=files)
        except FAULTS as error:
            click.echo(f"{manifest.name}: {error}", err=True)


def _coverage(settings: Settings, town: Town, manifest: Manifest, *, files: bool) -> Coverage:
    crosswalk = crosswalk_of(manifest, load_vocabulary())
    filed = None if files or not settings.facts_dir.is_dir() else filed_values(_store(settings, town), manifest.name)
    if filed is None or not filed.height:
        filed = source_values(town, manifest, now=datetime.now(UTC))
    return cover(manifest.name, crosswalk, filed)


def _mapped_before(town: Town, vocabulary: Vocabulary) -> list[tuple[str, str]]:
    """Return the values and codes of every crosswalk of the town, the source's own among them."""
    walks = [crosswalk_of(other, vocabulary) for other in town.sources.values() if other.crosswalk_path() is not None]
    return [pair for walk in walks for pair in walk.pairs]


def _town(settings: Settings) -> Town:
    try:
        return load_town(settings.town_dir, settings.data_dir, made_here=settings.made_here_dir)
    except FAULTS as error:
        raise click.ClickException(str(error)) from error


def _manifest(town: Town, source: str) -> Manifest:
    if source not in town.sources:
        raise click.ClickException(f"{town.name} has no source {source!r}; it has: {', '.join(town.sources) or 'none'}")
    return town.sources[source]


def _store(settings: Settings, town: Town) -> Store:
    return Store.open(settings.facts_dir, levels=town.territory.level_names, timezone=town.timezone)
