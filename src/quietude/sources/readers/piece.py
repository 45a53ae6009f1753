"""What every reader yields: a stretch of a file as columns of text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from quietude.sources.batch import LINE, Problem


class Piece(NamedTuple):
    """Records of one stretch, what was no record, and the bytes of the file read so far."""

    frame: pl.DataFrame
    problems: tuple[Problem, ...]
    bytes_read: int


def with_lines(frame: pl.DataFrame, lines: npt.NDArray[np.integer[Any]] | Sequence[int]) -> pl.DataFrame:
    """Return the frame with the line number of each record."""
    return frame.with_columns(pl.Series(LINE, lines, dtype=pl.UInt32))
