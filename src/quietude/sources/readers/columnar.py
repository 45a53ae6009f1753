"""Parquet: columns as they are, turned into text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from quietude.sources.batch import SourceError
from quietude.sources.read_spec import ReadSpec
from quietude.sources.readers.naming import column_names
from quietude.sources.readers.piece import Piece, with_lines
from quietude.sources.readers.spreadsheet import blanked

BATCH_ROWS = 65_536


def read_parquet(path: Path, read: ReadSpec) -> Iterator[Piece]:
    """Yield the rows of one Parquet file; times as ISO 8601, nested values as JSON.

    Raises:
        SourceError: the file is no Parquet file.
    """
    try:
        file = pq.ParquetFile(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise SourceError(
            f"{path}: not a Parquet file ({error}); declare the right `format`", code="format", file=path.name
        ) from error
    names = column_names(file.schema_arrow.names)
    done, total, size = 0, max(file.metadata.num_rows, 1), path.stat().st_size
    if file.metadata.num_rows == 0:
        yield Piece(with_lines(pl.DataFrame(schema=dict.fromkeys(names, pl.String)), []), (), size)
    for batch in file.iter_batches(batch_size=BATCH_ROWS):
        frame = pl.DataFrame(pl.from_arrow(batch))
        frame = frame.rename(dict(zip(frame.columns, names, strict=True))).select(
            _text(frame.dtypes[i], name) for i, name in enumerate(names)
        )
        frame = with_lines(frame, np.arange(done + 1, done + 1 + frame.height))
        done += frame.height
        yield Piece(blanked(frame, read, names), (), size * done // total)


def _text(dtype: pl.DataType, name: str) -> pl.Expr:
    column = pl.col(name)
    if isinstance(dtype, pl.Struct):
        return column.struct.json_encode()
    if isinstance(dtype, pl.List | pl.Array):
        return pl.struct(column).struct.json_encode()
    if isinstance(dtype, pl.Datetime | pl.Date | pl.Time):
        return column.dt.to_string("iso:strict" if isinstance(dtype, pl.Datetime) else "iso")
    if dtype == pl.Binary:
        return column.cast(pl.String, strict=False)
    return column.cast(pl.String)
