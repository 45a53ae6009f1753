from __future__ import annotations

from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from quietude.sources.api import LINE, ReadSpec, SourceError
from quietude.sources.readers.spreadsheet import read_sheet


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """Return a workbook: a title above the header, a date, a number, an empty row; a second sheet."""
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.append(["Main courante"])
    sheet.append(["id", "date", "texte", None])
    sheet.append([1, datetime(2026, 2, 3, 4, 5), "été", "x"])  # noqa: DTZ001 - workbooks know no time zones
    sheet.append([None, None, None, None])
    sheet.append([2.5, "NA", None, None])
    made.create_sheet("Autre").append(["a"])
    path = tmp_path / "book.xlsx"
    made.save(path)
    return path


def test_cells_are_read_as_text_with_the_row_the_user_sees(book: Path) -> None:
    frame = next(read_sheet(book, ReadSpec(format="xlsx", path=("x",), skip=1, empty=("NA",)))).frame
    assert frame.columns == ["id", "date", "texte", "column_4", LINE]
    assert frame.rows() == [("1", "2026-02-03 04:05:00", "été", "x", 3), ("2.5", None, None, None, 5)]


def test_a_sheet_that_is_not_there_names_those_that_are(book: Path) -> None:
    with pytest.raises(SourceError, match=r"no sheet 'Absent'; it has \['Sheet', 'Autre'\]"):
        next(read_sheet(book, ReadSpec(format="xlsx", path=("x",), sheet="Absent")))


def test_what_is_no_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(b"a,b\n1,2\n")
    with pytest.raises(SourceError, match="not a workbook"):
        next(read_sheet(path, ReadSpec(format="xlsx", path=("x",))))
