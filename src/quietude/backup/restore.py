"""Bringing a backup back: into a new folder, checked byte for byte, with what was erased since erased again."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

from quietude.backup.databases import fill_postgres
from quietude.backup.encryption import Identities
from quietude.backup.gather import DUMP
from quietude.backup.manifest import FileEntry, Index, Manifest
from quietude.backup.problem import BackupError, DamagedError, WrongKeyError, explaining_disk
from quietude.backup.repository import Repository
from quietude.config import Settings
from quietude.store.api import ErasureLedger, Replayed, Store, StoreError, erasure_ledger, is_laid

PARTIAL = ".restoring"
_NOTHING = Replayed(entries=0, erased=0, versions=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What was brought back."""

    name: str
    taken_at: datetime
    files: int
    size_bytes: int
    replayed: Replayed
    """What had been erased after the backup, and is erased again."""
    has_dump: bool
    """Whether the portal's database is a dump of PostgreSQL (`portal.pgdump`) that was not brought into a database."""
    notes: tuple[str, ...]
    """What the person who restores has to know: ledgers that could not be read."""


def read_manifest(repository: Repository, index: Index, identities: Identities) -> Manifest:
    """Open the manifest of a backup.

    Raises:
        WrongKeyError: the backup was made for others.
        DamagedError: it cannot be read.
    """
    sealed = repository.get(index.manifest, index.objects[index.manifest])
    try:
        return Manifest.of(identities.unseal(sealed, f"backup {index.name}"))
    except WrongKeyError as error:
        raise WrongKeyError(f"{error}: it was made for {', '.join(index.recipients)}") from error
    except (ValueError, KeyError, TypeError, OSError, EOFError) as error:
        raise DamagedError(f"the manifest of backup {index.name} cannot be read: {error}") from error


def write_files(
    repository: Repository,
    index: Index,
    identities: Identities,
    folder: Path,
    *,
    files: tuple[FileEntry, ...],
) -> None:
    """Write files of a backup under a folder, each checked against its digest.

    Raises:
        DamagedError: a file is not what was backed up; it is named.
        BackupError: there is no space.
    """
    with explaining_disk(folder, "nothing was restored, the backup is untouched"):
        for entry in files:
            path = _inside(folder, entry.path)
            path.parent.mkdir(parents=True, exist_ok=True)
            digest = hashlib.sha256()
            with path.open("wb") as file:
                for name in entry.pieces:
                    content = _piece(repository, index, identities, entry, name)
                    digest.update(content)
                    file.write(content)
            if digest.hexdigest() != entry.sha256:
                raise DamagedError(f"{entry.path} of backup {index.name} is damaged: its digest is not the one noted")
            path.chmod(entry.mode)


def _piece(repository: Repository, index: Index, identities: Identities, entry: FileEntry, name: str) -> bytes:
    try:
        sealed = repository.get(name, index.objects[name])
        return identities.unseal(sealed, str(repository.object_path(name)))
    except (DamagedError, KeyError) as error:
        raise DamagedError(f"{error}. It holds a part of {entry.path} of backup {index.name}") from error


def _inside(folder: Path, name: str) -> Path:
    parts = PurePosixPath(name)
    if parts.is_absolute() or ".." in parts.parts:
        raise DamagedError(f"the backup names a file outside its folder: {name!r}")
    return folder / parts


def restore(
    settings: Settings,
    repository: Repository,
    identities: Identities,
    target: Path,
    *,
    name: str | None = None,
    database_url: str | None = None,
) -> Restored:
    """Bring a backup (the newest by default) back as `target`/var and `target`/towns, and into PostgreSQL if asked.

    `target` appears when everything is in it. What the newest backup and the live store (where there is one) say was
    erased since is erased from it before.

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
            notes: list[str] = []
            facts = partial / "var" / settings.town / "facts"
            replayed = _NOTHING
            if is_laid(facts):
                later = [*_newest_ledger(repository, index, identities, notes), *_live_ledger(settings, notes)]
                replayed = _replay(facts, later, notes)
            dump = partial / DUMP
            has_dump = dump.exists()
            if database_url is not None:
                if not has_dump:
                    raise BackupError("this backup has no PostgreSQL database in it: its portal was on SQLite")
                fill_postgres(database_url, dump)
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
        replayed=replayed,
        has_dump=has_dump and database_url is None,
        notes=tuple(notes),
    )


def _replay(facts: Path, later: list[tuple[str, ErasureLedger]], notes: list[str]) -> Replayed:
    """Erase from the restored store what later ledgers say; add to `notes` which of them could not be asked."""
    try:
        own = erasure_ledger(facts)
        notes += [
            f"{source} is another store: its erasures mean nothing here"
            for source, each in later
            if each.salt != own.salt
        ]
        return Store.reopen(facts).replay_erasures([each for _, each in later if each.salt == own.salt])
    except StoreError as error:
        raise BackupError(f"the restored store cannot be used: {error}") from error


def _live_ledger(settings: Settings, notes: list[str]) -> list[tuple[str, ErasureLedger]]:
    if not is_laid(settings.facts_dir):
        return []
    try:
        return [(f"the live store {settings.facts_dir}", erasure_ledger(settings.facts_dir))]
    except StoreError as error:
        notes.append(f"the live store cannot tell what was erased: {error}")
        return []


def _newest_ledger(
    repository: Repository, index: Index, identities: Identities, notes: list[str]
) -> list[tuple[str, ErasureLedger]]:
    """Return the ledger of the newest later backup that can be read."""
    for name in reversed([each for each in repository.names() if each > index.name]):
        try:
            later = repository.index(name)
            manifest = read_manifest(repository, later, identities)
            root = f"var/{manifest.town}/facts"
            wanted = tuple(
                entry for entry in manifest.files if entry.path.startswith((f"{root}/erasures/", f"{root}/store.json"))
            )
            with tempfile.TemporaryDirectory(prefix="quietude-ledger-") as folder:
                write_files(repository, later, identities, Path(folder), files=wanted)
                if is_laid(Path(folder) / root):
                    return [(f"the store of backup {name}", erasure_ledger(Path(folder) / root))]
        except (BackupError, StoreError) as error:
            notes.append(f"backup {name} cannot tell what was erased: {error}")
    return []
