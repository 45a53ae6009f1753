"""What a backup of a town is made of, all of it as it stood at one moment."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO

from quietude.backup.databases import PinnedDatabase, PinnedPostgres, is_sqlite
from quietude.config import Settings
from quietude.store.api import FolderState, frozen, is_laid

PIECE_BYTES = 16 * 1024**2  # in memory at once, a few times over
PAGES_BYTES = 256 * 1024  # a database changes here and there: only the pieces that did are copied again
DUMP = "portal.pgdump"
KNOWN = "backup-known-"
"""How the files of the var folder begin that remember what a repository has; not part of a backup."""
_PASSING = (".lock", "-wal", "-shm", "-journal", ".making", ".draft")
"""Ends of names of files that mean nothing by themselves: locks, drafts, what SQLite keeps beside a database."""
_PRIVATE, _ORDINARY = 0o600, 0o644

Opener = Callable[[], AbstractContextManager[IO[bytes]]]


@dataclass(frozen=True, slots=True)
class Part:
    """One file to copy, and how to read it."""

    path: str
    """Where it comes back to, relative to the restored folder."""
    opened: Opener
    mode: int
    piece_bytes: int = PIECE_BYTES
    mark: tuple[int, ...] | None = None
    """Size and times of a file on the disk: while they stay, so does what it holds. None: always read."""
    is_certain: bool = False
    """Whether the backup makes no sense without it (a data file of the store); another may have gone by now."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A town at one moment."""

    parts: tuple[Part, ...]
    tables: Mapping[str, int]
    """Rows of each table of the store."""


@contextmanager
def town_at_one_moment(settings: Settings) -> Iterator[Moment]:
    """Pin the databases and the store together, while no writer of the store is at work; then let writers go on.

    The databases are not newer than the store: an import that the ledger calls done has its facts in the copy.

    Raises:
        BackupError: a database cannot be read.
        StoreError: the store cannot be opened.
    """
    with ExitStack() as pins:
        if is_laid(settings.facts_dir):
            with frozen(settings.facts_dir) as state:
                databases = list(_databases(settings, pins))
            facts = _facts(settings, state)
            tables = {table.name: table.rows for table in state.tables}
        else:
            databases, facts, tables = list(_databases(settings, pins)), [], {}
        yield Moment((*databases, *facts, *_files(settings)), tables)


def _databases(settings: Settings, pins: ExitStack) -> Iterator[Part]:
    if settings.database_url is not None:
        dump = PinnedPostgres(settings.database_url)
        pins.callback(dump.release)
        yield Part(DUMP, dump.copied, _PRIVATE)
    for path, name in _walk(settings):
        if is_sqlite(path):
            database = PinnedDatabase(path)
            pins.callback(database.release)
            yield Part(name, database.copied, _PRIVATE, PAGES_BYTES)


def _facts(settings: Settings, state: FolderState) -> list[Part]:
    root = f"var/{settings.town}/facts"
    notes = [Part(f"{root}/{name}", partial(_in_memory, content), _PRIVATE) for name, content in state.notes]
    files = [
        Part(f"{root}/{name}", partial(_on_disk, settings.facts_dir / name), _ORDINARY, mark=(0,), is_certain=True)
        for name in state.files
    ]
    return notes + files


def _files(settings: Settings) -> Iterator[Part]:
    """Yield the other files: those of the var folder and the town's configuration."""
    town = settings.town_dir.resolve()
    configured = [(path, f"towns/{settings.town}/{path.relative_to(town)}") for path in _under(town)]
    for path, name in [*_walk(settings), *configured]:
        try:
            if is_sqlite(path):
                continue
            state = path.stat()
        except FileNotFoundError:
            continue  # it was there a moment ago, and is not any more
        mark = (state.st_size, state.st_mtime_ns, state.st_ctime_ns)
        yield Part(name, partial(_on_disk, path), state.st_mode & 0o777, mark=mark)


def _walk(settings: Settings) -> Iterator[tuple[Path, str]]:
    """Yield the town's files in the var folder but for the store, and those directly in the var folder."""
    beside = sorted(path for path in settings.var_dir.iterdir() if path.is_file()) if settings.var_dir.is_dir() else []
    for path in [*beside, *_under(settings.var_dir / settings.town, but=settings.facts_dir)]:
        if not path.name.endswith(_PASSING) and not path.name.startswith((KNOWN, ".backup-")):
            yield path, f"var/{path.relative_to(settings.var_dir)}"


def _under(folder: Path, but: Path | None = None) -> Iterator[Path]:
    for where, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if Path(where) / name != but)
        yield from (path for name in sorted(names) if (path := Path(where) / name).is_file())


@contextmanager
def _in_memory(content: bytes) -> Iterator[IO[bytes]]:
    yield io.BytesIO(content)


@contextmanager
def _on_disk(path: Path) -> Iterator[IO[bytes]]:
    with path.open("rb") as file:
        yield file
