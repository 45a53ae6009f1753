"""What changed of a year's facts between two lists of the store's files: rows, not files.

The store joins small files every few writes, and most rows of a joined file are in the index already. Taking them in
again with each join is the work of up to 60,000 facts for a few new ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from quietude.search.fields import UID

REMEMBERED_ROWS = 400_000  # of 100 bytes: small files, which are joined again and again
SEEDS = (3, 1_000_003, 7, 11)  # any will do, the same in one process: prints are never written down

Batches = Callable[[str], Iterable[pa.RecordBatch]]


@dataclass(frozen=True, slots=True)
class Rows:
    """The facts of one file: who they are, and a print of all that the index holds of each."""

    uids: tuple[str, ...]
    prints: npt.NDArray[np.uint64]
    """Of 64 bits: two of 60,000 rows and 60,000 others have the same one by chance in 1 of 5 x 10^9 cases."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What is to be taken out and in."""

    lost: tuple[str, ...] = ()
    """Facts (uid) that are gone or have another content."""
    stale: tuple[str, ...] = ()
    """Files that went and held such a fact: its words are in segments yet."""
    fresh: Mapping[str, npt.NDArray[np.bool_]] = field(default_factory=dict)
    """By new file: which of its rows, in order, are to be taken in; a file that is not named here: all of them."""


class Prints:
    """Compares files. What was read of small ones is remembered for the next join."""

    def __init__(self, batches: Batches) -> None:
        self._batches = batches
        self._remembered: dict[str, Rows] = {}

    def changes(self, gone: Iterable[str], added: Iterable[str]) -> Changes:
        """Return what changed where the facts of some files came in place of those of others.

        Raises:
            FileNotFoundError: a file that went is not on the disk any more.
        """
        lost: list[str] = []
        stale: list[str] = []
        fresh: dict[str, npt.NDArray[np.bool_]] = {}
        before, after = _by_month(gone), _by_month(added)
        for month, names in before.items():
            old = [self._rows(name) for name in names]
            new = {name: self._rows(name) for name in after.get(month, ())}
            known = _together(old)
            found = _together(new.values())
            for name, rows in zip(names, old, strict=True):
                missing = [rows.uids[at] for at in np.flatnonzero(~np.isin(rows.prints, found))]
                lost += missing
                stale += [name] if missing else []
            fresh |= {name: ~np.isin(rows.prints, known) for name, rows in new.items()}
            for name in names:
                self._remembered.pop(name, None)
        return Changes(tuple(lost), tuple(stale), fresh)

    def _rows(self, name: str) -> Rows:
        known = self._remembered.get(name)
        if known is not None:
            return known
        uids: list[str] = []
        prints = []
        for batch in self._batches(name):
            uids += batch.column(UID).to_pylist()
            prints.append(_prints(batch))
        rows = Rows(tuple(uids), np.concatenate(prints) if prints else np.empty(0, np.uint64))
        self._remember(name, rows)
        return rows

    def _remember(self, name: str, rows: Rows) -> None:
        self._remembered[name] = rows
        size = sum(len(each.uids) for each in self._remembered.values())
        while size > REMEMBERED_ROWS:
            size -= len(self._remembered.pop(next(iter(self._remembered))).uids)


def _prints(batch: pa.RecordBatch) -> npt.NDArray[np.uint64]:
    frame = pl.DataFrame(pl.from_arrow(batch))
    return frame.select(sorted(frame.columns)).hash_rows(*SEEDS).to_numpy()


def _together(several: Iterable[Rows]) -> npt.NDArray[np.uint64]:
    prints = [rows.prints for rows in several]
    return np.concatenate(prints) if prints else np.empty(0, np.uint64)


def _by_month(names: Iterable[str]) -> dict[str, list[str]]:
    """Return names by the folder they are in: a fact whose month was corrected is gone from one, and new in another."""
    found: dict[str, list[str]] = {}
    for name in names:
        found.setdefault(name.rpartition("/")[0], []).append(name)
    return found


def chosen(batches: Iterable[pa.RecordBatch], mask: npt.NDArray[np.bool_] | None) -> Iterator[pa.RecordBatch]:
    """Yield the rows of batches that a mask over all of them chooses; all of them without one."""
    at = 0
    for batch in batches:
        if mask is None:
            yield batch
        else:
            part = batch.filter(pa.array(mask[at : at + batch.num_rows]))
            at += batch.num_rows
            if part.num_rows:
                yield part
