"""What was erased after a backup, erased again in what is restored from it."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from quietude.backup.encryption import Identities
from quietude.backup.files import read_manifest, write_files
from quietude.backup.manifest import Index
from quietude.backup.problem import BackupError
from quietude.backup.repository import Repository
from quietude.config import Settings
from quietude.ingest.api import AnotherLedgerError, forget_as_later
from quietude.store.api import ErasureLedger, Store, StoreError, erasure_ledger, is_laid

LEDGER = "ledger.sqlite3"
PORTAL_ERASURES = "portal-erasures.jsonl"
"""What was erased from the portal's tables, one line each, by key: the portal writes it."""
PORTAL_ERASURES_LATER = "portal-erasures-later.jsonl"
"""The lines of a later state, which the restored portal carries out before it serves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeated:
    """What was erased again."""

    entries: int = 0
    """Entries of later ledgers of erasures that the restored store did not have."""
    facts: int = 0
    versions: int = 0
    records: int = 0
    """Quarantined records."""
    traces: int = 0
    """Rows of the portal and lines of its journal, which the portal erases again when it starts."""


@dataclass(frozen=True, slots=True)
class _Later:
    """A state of the town after the backup."""

    name: str
    town: Path
    """Folder with `facts` and the ledger of imports."""


def repeat_erasures(
    settings: Settings, repository: Repository, index: Index, identities: Identities, folder: Path
) -> tuple[Repeated, tuple[str, ...]]:
    """Erase from the town in `folder` what the newest backup and the live town say; return also who could not be asked.

    Raises:
        BackupError: the restored store cannot be used.
    """
    town = folder / "var" / settings.town
    notes: list[str] = []
    if not is_laid(town / "facts"):
        return Repeated(), ()
    with _newest(repository, index, identities, notes) as newest:
        later = [*newest, *_live(settings)]
        try:
            own = erasure_ledger(town / "facts")
            known = [(each, ledger) for each in later if (ledger := _ledger(each, own, notes)) is not None]
            replayed = Store.reopen(town / "facts").replay_erasures([ledger for _, ledger in known])
        except StoreError as error:
            raise BackupError(f"the restored store cannot be used: {error}") from error
        records = sum(_forgotten(each, town, notes) for each, _ in known)
        traces = _left_to_the_portal([each for each, _ in known], town)
    done = Repeated(
        entries=replayed.entries, facts=replayed.erased, versions=replayed.versions, records=records, traces=traces
    )
    return done, tuple(notes)


def _live(settings: Settings) -> list[_Later]:
    return [_Later("the live town", settings.facts_dir.parent)] if is_laid(settings.facts_dir) else []


@contextmanager
def _newest(repository: Repository, index: Index, identities: Identities, notes: list[str]) -> Iterator[list[_Later]]:
    """Give the erasures and the ledger of the newest later backup that can be read, in a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="quietude-ledger-") as work:
        for name in reversed([each for each in repository.names() if each > index.name]):
            folder = Path(work) / name
            folder.mkdir()
            try:
                later = repository.index(name)
                manifest = read_manifest(repository, later, identities)
                root = f"var/{manifest.town}"
                wanted = (
                    f"{root}/facts/erasures/",
                    f"{root}/facts/store.json",
                    f"{root}/{LEDGER}",
                    f"{root}/{PORTAL_ERASURES}",
                )
                files = tuple(entry for entry in manifest.files if entry.path.startswith(wanted))
                write_files(repository, later, identities, folder, files=files)
            except BackupError as error:
                notes.append(f"backup {name} cannot tell what was erased: {error}")
                continue
            yield [_Later(f"backup {name}", folder / root)] if is_laid(folder / root / "facts") else []
            return
        yield []


def _ledger(later: _Later, own: ErasureLedger, notes: list[str]) -> ErasureLedger | None:
    try:
        ledger = erasure_ledger(later.town / "facts")
    except StoreError as error:
        notes.append(f"{later.name} cannot tell what was erased: {error}")
        return None
    if ledger.salt != own.salt:
        notes.append(f"{later.name} has another store: its erasures mean nothing here")
        return None
    return ledger


def _left_to_the_portal(later: list[_Later], town: Path) -> int:
    """Put what later states erased from the portal's tables where the restored portal finds it; return how much."""
    own = _lines(town)
    missing = [line for line in dict.fromkeys(line for each in later for line in _lines(each.town)) if line not in own]
    if missing:
        (town / PORTAL_ERASURES_LATER).write_bytes(b"".join(missing))
        with (town / PORTAL_ERASURES).open("ab") as file:
            file.writelines(missing)
    return len(missing)


def _lines(town: Path) -> dict[bytes, None]:
    path = town / PORTAL_ERASURES
    return dict.fromkeys(path.read_bytes().splitlines(keepends=True)) if path.is_file() else {}


def _forgotten(later: _Later, town: Path, notes: list[str]) -> int:
    if not (town / LEDGER).exists():
        return 0
    try:
        return forget_as_later(town / LEDGER, later.town / LEDGER)
    except (AnotherLedgerError, sqlite3.Error) as error:
        notes.append(f"{later.name} cannot tell which quarantined records were erased: {error}")
        return 0
