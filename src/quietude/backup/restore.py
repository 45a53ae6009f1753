"""Bringing a backup back: into a new folder, checked byte for byte, with what was erased since erased again."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from quietude.backup.databases import fill_postgres
from quietude.backup.encryption import Identities
from quietude.backup.erasures import Repeated, repeat_erasures
from quietude.backup.files import read_manifest, write_files
from quietude.backup.gather import DUMP
from quietude.backup.problem import BackupError, explaining_disk
from quietude.backup.repository import Repository
from quietude.config import Settings

PARTIAL = ".restoring"


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What was brought back."""

    name: str
    taken_at: datetime
    files: int
    size_bytes: int
    repeated: Repeated
    """What had been erased after the backup, and is erased again."""
    has_dump: bool
    """Whether the portal's database is a dump of PostgreSQL (`portal.pgdump`) that was not brought into a database."""
    notes: tuple[str, ...]
    """What the person who restores has to know: ledgers that could not be read."""


def restore(
    settings: Settings,
    repository: Repository,
    identities: Identities,
    target: Path,
    *,
    name: str | None = None,
    database_url: str | None = None,
    before_shown: Callable[[Path], None] | None = None,
) -> Restored:
    """Bring a backup (the newest by default) back as `target`/var and `target`/towns, and into PostgreSQL if asked.

    `target` appears when everything is in it. What the newest backup and the live store (where there is one) say was
    erased since is erased from it before. Then `before_shown` is given the folder; where it raises, nothing appears.

    Raises:
        BackupError: `target` or the database holds something; the key is wrong; a file is damaged.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise BackupError(f"{target} holds something already: a restore overwrites nothing, name a new folder")
    index = repository.index(name)
    manifest = read_manifest(repository, index, identities)
    partial = target.with_name(f"{target.name}{PARTIAL}")
    with explaining_disk(partial, "nothing was restored, the backup is untouched"):
        shutil.rmtree(partial, ignore_errors=True)  # of a restore that was killed
        partial.mkdir(parents=True)
        try:
            write_files(repository, index, identities, partial, files=manifest.files)
            repeated, notes = repeat_erasures(settings, repository, index, identities, partial)
            dump = partial / DUMP
            has_dump = dump.exists()
            if database_url is not None:
                if not has_dump:
                    raise BackupError("this backup has no PostgreSQL database in it: its portal was on SQLite")
                fill_postgres(database_url, dump)
            if before_shown is not None:
                before_shown(partial)
            os.sync()
            partial.replace(target)
        except BaseException:
            shutil.rmtree(partial, ignore_errors=True)
            raise
    return Restored(
        name=index.name,
        taken_at=index.taken_at,
        files=index.files,
        size_bytes=index.size_bytes,
        repeated=repeated,
        has_dump=has_dump and database_url is None,
        notes=notes,
    )
