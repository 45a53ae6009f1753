"""Raw records of a source, file after file, whatever their form."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from quietude.sources.batch import RawBatch
from quietude.sources.manifest import Manifest
from quietude.sources.read_spec import Positions, ReadSpec

if TYPE_CHECKING:
    from quietude.sources.town import Town

BATCH_ROWS = 100_000


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file of a source and how it is read."""

    path: Path
    read: ReadSpec
    number: int
    size_bytes: int


def find_files(manifest: Manifest, data_dir: Path) -> tuple[SourceFile, ...]:
    """Return the source's files in reading order; none for a simulated source.

    Raises:
        SourceError: a declared path matches no file.
    """
    raise NotImplementedError


def read_batches(
    manifest: Manifest, data_dir: Path, *, town: Town | None = None, batch_rows: int = BATCH_ROWS, now: datetime | None = None
) -> Iterator[RawBatch]:
    """Yield the source's records in order, at most `batch_rows` at a time; a batch never spans two files.

    A simulated source needs `town`, whose places it uses, and `now` (aware), after which nothing is made up.

    Raises:
        SourceError: a file is missing, empty, wrongly encoded as a whole, or not of the declared form.
    """
    raise NotImplementedError


def count_records(manifest: Manifest, data_dir: Path) -> int:
    """Return about how many records the source's files hold, without parsing them."""
    raise NotImplementedError


def read_positions(positions: Positions, folder: Path, data_dir: Path) -> pl.DataFrame:
    """Return a file of positions as texts, with the file's own columns."""
    raise NotImplementedError
