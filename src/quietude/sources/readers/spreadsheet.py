"""Workbooks: XLSX and ODS, one sheet at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import fastexcel
import numpy as np
import polars as pl

from quietude.sources.batch import SourceError
from quietude.sources.read_spec import ReadSpec
from quietude.sources.readers.naming import column_names
from quietude.sources.readers.piece import Piece, with_lines


def read_sheet(path: Path, read: ReadSpec) -> Iterator[Piece]:
    """Yield the records of one sheet, every cell as text; dates and times as ISO 8601.

    Raises:
        SourceError: the file is no workbook, or has no such sheet.
    """
    if path.stat().st_size == 0:
        raise SourceError(f"{path}: the file is empty", code="empty", file=path.name)
    try:
        book = fastexcel.read_excel(path)
    except fastexcel.FastExcelError as error:
        raise SourceError(
            f"{path}: not a workbook ({error}); declare the right `format`", code="format", file=path.name
        ) from error
    if read.sheet is not None and read.sheet not in book.sheet_names:
        raise SourceError(f"{path}: no sheet {read.sheet!r}; it has {book.sheet_names}", code="format", file=path.name)
    header_row = read.skip if read.header else None
    sheet = book.load_sheet(
        read.sheet if read.sheet is not None else 0,
        header_row=header_row,
        skip_rows=None if read.header else read.skip,
        dtypes="string",
    )
    frame = sheet.to_polars()
    names = column_names(
        read.names if read.names and not read.header else [_without_filler(name) for name in frame.columns]
    )
    if len(names) != frame.width:
        raise SourceError(
            f"{path}: {frame.width} columns, {len(names)} names in the manifest", code="columns", file=path.name
        )
    frame = frame.rename(dict(zip(frame.columns, names, strict=True))).cast(pl.String)
    first = read.skip + (2 if read.header else 1)
    frame = with_lines(frame, np.arange(first, first + frame.height))
    is_record = pl.any_horizontal(pl.col(names).is_not_null()) if names else pl.lit(value=False)
    yield Piece(blanked(frame, read, names).filter(is_record), (), path.stat().st_size)


def _without_filler(name: str) -> str:
    return "" if name.startswith("__UNNAMED__") else name


def blanked(frame: pl.DataFrame, read: ReadSpec, names: list[str]) -> pl.DataFrame:
    """Return the frame with the manifest's `empty` values as nulls."""
    return blanked_by(frame, read.empty, names)


def blanked_by(frame: pl.DataFrame, empty: Sequence[str], names: list[str]) -> pl.DataFrame:
    """Return the frame with these values as nulls."""
    return frame.with_columns(pl.col(names).replace(dict.fromkeys(empty))) if empty else frame
