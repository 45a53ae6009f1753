"""The line that a command leaves in the journal of acts before it shows or changes anything."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from quietude.config import Settings
from quietude.journal.api import Entry, JournalError, Kind, operator, write

IDS_MAX = 200
"""Names of facts in one line, as in the portal's; where there are more, the detail says how many."""


def note_command(
    settings: Settings,
    kind: Kind,
    words: str,
    *,
    ids: Sequence[str] = (),
    motive: str = "",
    to_whom: str = "",
    **detail: str,
) -> None:
    """Note a command in the journal of the town's portal, which is laid where there is none yet.

    Neither Django nor a running portal is needed.

    Args:
        settings: where the journal is.
        kind: what the command does.
        words: the command, as "store erase".
        ids: names of the facts concerned.
        motive: why, where the command was told.
        to_whom: who gets what leaves.
        detail: what else it is about.

    Raises:
        ClickException: the line cannot be written; the command must not go on.
    """
    database = settings.database_url or settings.var_dir / settings.town / "portal.sqlite3"
    entry = _entry(kind, words, ids=ids, motive=motive, to_whom=to_whom, detail=detail)
    _write(entry, settings, database, settings.var_dir / settings.town)


def note_in_restored(settings: Settings, root: Path, *, backup: str, database_url: str | None) -> None:
    """Note a restore in the journal that it brought back under `root`: the one that lives on.

    Where the backup holds only a dump of PostgreSQL, or no journal, the line goes to the present journal.

    Raises:
        ClickException: the line cannot be written; what was brought back must go.
    """
    folder = root / "var" / settings.town
    database = database_url or folder / "portal.sqlite3"
    entry = _entry(Kind.MODIFY, "restore", ids=(), motive="", to_whom="", detail={"backup": backup})
    if database_url is None and not (folder / "portal.sqlite3").is_file():
        database = settings.database_url or settings.var_dir / settings.town / "portal.sqlite3"
        folder = settings.var_dir / settings.town
    _write(entry, settings, database, folder)


def _entry(kind: Kind, words: str, *, ids: Sequence[str], motive: str, to_whom: str, detail: dict[str, str]) -> Entry:
    return Entry(
        kind=kind,
        who=operator(),
        when=datetime.now(UTC),
        motive=motive,
        ids=tuple(ids[:IDS_MAX]),
        to_whom=to_whom,
        detail={"command": words, **{name: value for name, value in detail.items() if value}},
    )


def _write(entry: Entry, settings: Settings, database: Path | str, folder: Path) -> None:
    try:
        write([entry], database=database, key_file=folder / "journal.key", origin=f"quietude/{settings.town}/journal")
    except JournalError as error:
        raise click.ClickException(
            f"{error}. Nothing was done: without its line in the journal no command touches personal data. "
            "Free space on the disk, start the database (DATABASE_URL) or give this account the right to write, "
            "then try again."
        ) from error
