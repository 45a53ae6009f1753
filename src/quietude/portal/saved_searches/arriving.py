"""Facts that are new: those of the files that came into the index, less those that rewritten files held before.

A file that was tried is written down in the transaction that writes down what rang. The store rewrites small files as
large ones: a fact (in the same version) that a tried file held before is not new.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import polars as pl
import pyarrow as pa

from quietude.model.event import EVENT_FIELDS, Event, event_of, zone_column

BATCH_ROWS = 5_000
NAME = ("uid", "version")
UNREAD = frozenset({"attributes", "source_key"})
"""Columns that no search is judged by: they are left on the disk."""


class Files(Protocol):
    """What is needed of a store."""

    @property
    def levels(self) -> tuple[str, ...]:
        """Return the levels of the territory."""

    def holds_part(self, name: str) -> bool:
        """Tell whether a file is on the disk."""

    def part(self, name: str, columns: Sequence[str], batch_rows: int) -> Iterator[pa.RecordBatch]:
        """Yield the facts of one file."""


@dataclass(frozen=True, slots=True)
class Arrivals:
    """What is to be tried in one round."""

    fresh: tuple[str, ...]
    """Files of which nothing was tried."""
    gone: tuple[str, ...]
    """Files that were tried, and that rewritten ones replace."""

    def is_sure(self, files: Files) -> bool:
        """Tell whether all that was tried can still be told from what is new."""
        return all(map(files.holds_part, self.gone))

    def facts(self, files: Files) -> Iterator[list[Event]]:
        """Yield the new facts in batches; a file that went meanwhile has none: its facts come with another one.

        Facts of erased files cannot be subtracted: see `is_sure`.
        """
        known = _names(files, self.gone) if self.fresh else None
        for name in self.fresh:
            columns = [column for column in _columns(files.levels) if column not in UNREAD]
            try:
                for batch in files.part(name, columns, BATCH_ROWS):
                    frame = pl.DataFrame(pa.Table.from_batches([batch]))
                    new = frame.join(known, on=NAME, how="anti") if known is not None else frame
                    yield [_event(row) for row in new.iter_rows(named=True)]
            except FileNotFoundError:
                continue


def _columns(levels: tuple[str, ...]) -> tuple[str, ...]:
    return (*(field.name for field in EVENT_FIELDS), *map(zone_column, levels))


def _event(row: dict[str, Any]) -> Event:
    return event_of(row | {"attributes": None, "source_key": ""})


def _names(files: Files, names: Sequence[str]) -> pl.DataFrame | None:
    """Return the facts of some files with their versions; of files that are not on the disk any more, none."""
    found = []
    for name in names:
        try:
            found += [pl.DataFrame(pa.Table.from_batches([each])) for each in files.part(name, NAME, BATCH_ROWS)]
        except FileNotFoundError:
            continue
    return pl.concat(found).unique() if found else None
