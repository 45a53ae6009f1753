"""What a command that erases facts does to the index of texts: their words leave its dictionary before it ends."""

from __future__ import annotations

import click

from quietude.config import Settings
from quietude.search.api import Writer, has_index
from quietude.store.api import Store, StoreError, is_laid

WAIT_S = 60.0  # a portal that follows the store holds the lock for moments; while it builds a large index, for minutes


def forget_texts(settings: Settings) -> None:
    """Build anew the parts of the index that held facts which the store has no more, and say what was done.

    Nothing where there is no index. The portal need not run; where it does, or another command writes the index, it
    has its turn first, and what it then finds gone it forgets itself.

    Raises:
        ClickException: the facts are erased, but the index could not be written.
    """
    if not has_index(settings.search_dir) or not is_laid(settings.facts_dir):
        return
    try:
        done = Writer(settings.search_dir, Store.reopen(settings.facts_dir)).follow(wait_s=WAIT_S)
    except (OSError, ValueError, StoreError) as error:
        raise click.ClickException(
            f"the facts are erased, but their words may still stand in the index of texts: {error}. "
            "Mend that, then run `quietude search rebuild`."
        ) from error
    if done is None:
        click.echo("another process writes the index of texts: it forgets the erased words when it looks next")
    elif done.rebuilt or done.dropped:
        click.echo(f"the index of texts forgot them: {done.rebuilt} of its years built anew, {done.dropped} deleted")
