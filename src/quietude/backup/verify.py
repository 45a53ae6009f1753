"""Proving a backup: every object whole, and with the private key the whole town brought back, opened and counted."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from quietude.backup.databases import check_dump, check_sqlite, is_sqlite
from quietude.backup.encryption import Identities
from quietude.backup.files import read_manifest, write_files
from quietude.backup.gather import DUMP
from quietude.backup.manifest import Manifest
from quietude.backup.problem import BackupError, DamagedError
from quietude.backup.repository import Repository
from quietude.model.filter.question import Filter
from quietude.model.viewer import Viewer
from quietude.store.api import Store, StoreError, checked


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What was looked at."""

    name: str
    objects: int
    size_bytes: int
    """Of the encrypted objects."""
    files: int | None
    """Files that were brought back and compared; None without a private key."""
    databases: int
    rows: int
    """Rows of the restored store's tables, counted in its files."""


def verify(repository: Repository, name: str | None, identities: Identities | None, work: Path | None) -> Verified:
    """Check one backup (the newest by default), in a temporary folder under `work`.

    Raises:
        DamagedError: an object is missing or damaged; all of them are named.
        WrongKeyError: the private key is not one of the recipients'.
        BackupError: what was brought back is not what was counted when the backup was made.
    """
    index = repository.index(name)
    faults = []
    for each, stored in index.objects.items():
        try:
            repository.get(each, stored)
        except DamagedError as error:
            faults.append(str(error))
    if faults:
        many = f"{len(faults)} of {len(index.objects)} objects of backup {index.name} are not whole"
        remedy = "Delete these files: the next backup writes them again, as far as the town still has what they held."
        raise DamagedError("\n".join([f"{many}:", *faults, remedy]))
    files, databases, rows = None, 0, 0
    if identities is not None:
        manifest = read_manifest(repository, index, identities)
        with tempfile.TemporaryDirectory(prefix="quietude-verify-", dir=work) as folder:
            write_files(repository, index, identities, Path(folder), files=manifest.files)
            files = len(manifest.files)
            databases = _check_databases(Path(folder), manifest)
            rows = _check_store(Path(folder), manifest)
    size = sum(stored.size_bytes for stored in index.objects.values())
    return Verified(
        name=index.name, objects=len(index.objects), size_bytes=size, files=files, databases=databases, rows=rows
    )


def _check_databases(folder: Path, manifest: Manifest) -> int:
    checks = 0
    for entry in manifest.files:
        path = folder / entry.path
        if entry.path == DUMP:
            check_dump(path)
        elif is_sqlite(path):
            check_sqlite(path)
        else:
            continue
        checks += 1
    return checks


def _check_store(folder: Path, manifest: Manifest) -> int:
    """Open the restored store, count its rows and compare; return how many there are."""
    if not manifest.tables:
        return 0
    facts = folder / "var" / manifest.town / "facts"
    try:
        found = {table.name: table.rows for table in checked(facts)}
        answered = Store.reopen(facts).count(Viewer.system("backup"), Filter())["count"][0].as_py()
    except StoreError as error:
        raise BackupError(f"the restored store is not whole: {error}") from error
    if found != dict(manifest.tables) or answered != found["events"]:
        raise BackupError(
            f"the restored store holds {found} and counts {answered} facts; there were {dict(manifest.tables)}"
        )
    return sum(found.values())
