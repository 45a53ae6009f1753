"""The folder of a store: what it was laid for, its tables, its lock."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path

import orjson

from quietude.store.cubes import cubes_layout
from quietude.store.files import explaining_full_disk, flush
from quietude.store.layout import erasures_layout, events_layout, history_layout, observations_layout, rollups_layout
from quietude.store.locking import WritersLock
from quietude.store.results import StoreError
from quietude.store.table import Table
from quietude.store.upgrading import bring_up_to_date

NOTE = "store.json"  # what the folder was laid for, and its salt
_EDITION = 2  # of the folder's layout
_WITHOUT_ROLLUPS = 1
_SALT_BYTES = 32


@dataclass(frozen=True, slots=True)
class Folder:
    """An opened folder. Its tables exist; their files change under the lock only."""

    path: Path
    levels: tuple[str, ...]
    timezone: str
    salt: str
    """Secret of this folder: without it a commitment in the ledger of erasures cannot be tried against a guess."""
    lock: WritersLock
    events: Table
    history: Table
    observations: Table
    rollups: Table
    cubes: Table
    erasures: Table

    @property
    def tables(self) -> tuple[Table, ...]:
        """Return all tables."""
        return self.events, self.history, self.observations, self.rollups, self.cubes, self.erasures

    @property
    def spill(self) -> Path:
        """Return where an engine may put what does not fit in memory."""
        return self.path / ".spill"

    @property
    def pending(self) -> Path:
        """Return the note of months whose old files an erasure still has to delete; absent when none has."""
        return self.path / "erasing.json"


def open_folder(path: Path, *, levels: tuple[str, ...], timezone: str) -> Folder:
    """Open a folder, laying the tables where there are none.

    Raises:
        StoreError: the folder was laid for other levels or another time zone.
    """
    path = path.resolve()
    path.mkdir(parents=True, exist_ok=True)
    lock = WritersLock(path / ".lock")
    layouts = (
        events_layout(levels),
        history_layout(levels),
        observations_layout(),
        rollups_layout(),
        cubes_layout(levels),
        erasures_layout(),
    )
    tables = tuple(Table(path / layout.name, layout) for layout in layouts)
    note = path / NOTE
    if not note.exists():
        with lock.held():
            for table in tables:
                table.lay()
            if not note.exists():
                _write(note, {"levels": levels, "timezone": timezone, "salt": secrets.token_hex(_SALT_BYTES)})
    stated = orjson.loads(note.read_bytes())
    if stated["edition"] == _WITHOUT_ROLLUPS:
        with lock.held():
            bring_up_to_date(tables)
            stated = {**stated, "edition": _EDITION}
            _write(note, stated)
    _check(path, stated, levels, timezone)
    return Folder(path, levels, timezone, stated["salt"], lock, *tables)


def _write(note: Path, stated: dict[str, object]) -> None:
    draft = note.with_suffix(".draft")
    with explaining_full_disk(note.parent):
        draft.write_bytes(orjson.dumps({"edition": _EDITION} | stated, option=orjson.OPT_INDENT_2))
        draft.chmod(0o600)
        flush(draft)
        draft.replace(note)
        flush(note.parent)


def _check(path: Path, stated: dict[str, object], levels: tuple[str, ...], timezone: str) -> None:
    for name, expected in (("edition", _EDITION), ("levels", list(levels)), ("timezone", timezone)):
        if stated[name] != expected:
            raise StoreError(
                f"{path} was laid for {name} {stated[name]!r}, now {expected!r} is asked: "
                "use another folder and import the sources again, or restore the town's configuration"
            )
