"""Deleting old files at once, after an erasure: what a note on the disk says is carried out, whoever was killed."""

from __future__ import annotations

from collections.abc import Iterable

import orjson

from quietude.store.cubes import CUBES
from quietude.store.files import explaining_full_disk, flush
from quietude.store.folder import Folder


def note_purge(folder: Folder, months: Iterable[str], *, numbers: Iterable[str] = ()) -> None:
    """Note that all but the current files of some months are to be deleted (under the lock).

    Args:
        folder: the folder of the store.
        months: of facts and of their history.
        numbers: months of observations and of their roll-ups.
    """
    draft = folder.pending.with_suffix(".draft")
    with explaining_full_disk(folder.path):
        draft.write_bytes(orjson.dumps({"months": sorted(set(months)), "numbers": sorted(set(numbers))}))
        flush(draft)
        draft.replace(folder.pending)
        flush(folder.path)


def finish_purge(folder: Folder) -> int:
    """Delete what is noted; return how many files went (under the lock)."""
    if not folder.pending.exists():
        return 0
    noted = orjson.loads(folder.pending.read_bytes())
    months = noted["months"]
    by_month = [{"month": month} for month in months]
    deleted = folder.events.purge(by_month) + folder.history.purge(by_month)
    for table in (folder.observations, folder.rollups):
        deleted += table.purge({"month": month} for month in noted.get("numbers", ()))
    periods = {*months, *(month[:4] for month in months)}
    stale = [file for file in folder.cubes.snapshot().files if file.month in periods]
    folder.cubes.commit([], stale, verb="erase")
    deleted += folder.cubes.purge({"cube": spec.name, "month": month} for spec in CUBES for month in periods)
    folder.pending.unlink()
    return deleted
