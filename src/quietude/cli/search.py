"""`quietude search`: the index of texts, built anew and checked."""

from __future__ import annotations

import click

from quietude.config import Settings
from quietude.model.filter.question import Filter
from quietude.model.viewer import Viewer
from quietude.search.api import Index, Writer
from quietude.store.api import Store, StoreError, is_laid

VIEWER = Viewer.system("search")


@click.group("search")
def command() -> None:
    """Look after the index of texts. It is made from the facts alone, and follows them while the portal is served."""


@command.command("rebuild")
@click.pass_obj
def rebuild(settings: Settings) -> None:
    """Forget the index and build it from the facts. A portal that is served finds less meanwhile, and says so."""

    def said(done: int, count: int) -> None:
        click.echo(f"{done:,} of {count:,} files of facts")

    done = Writer(settings.search_dir, _store(settings)).rebuild(said=said)
    click.echo(f"{done.added:,} facts can be searched.")


@command.command("check")
@click.pass_obj
def check(settings: Settings) -> None:
    """Compare the number of facts in the index with the store's. They differ for a moment while facts are written."""
    store = _store(settings)
    stored = int(store.count(VIEWER, Filter())["count"][0].as_py())
    indexed = Index(settings.search_dir, store).size()
    click.echo(f"{stored:,} facts in the store, {indexed:,} in the index.")
    if stored != indexed:
        raise click.ClickException("they differ: run `quietude search rebuild`, or serve the portal, then check again")


def _store(settings: Settings) -> Store:
    if not is_laid(settings.facts_dir):
        raise click.ClickException(f"there are no facts in {settings.facts_dir}: import a source first")
    try:
        return Store.reopen(settings.facts_dir)
    except StoreError as error:
        raise click.ClickException(str(error)) from error
