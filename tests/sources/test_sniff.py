"""Unknown files: what they are is told by the file itself, and what cannot be used is refused with its reason."""

from __future__ import annotations

import gzip
import io
import zipfile
from datetime import datetime, time
from pathlib import Path

import pytest
from openpyxl import Workbook

from quietude.sources.api import SourceError, sniff
from quietude.sources.sniff import encoding_like, header_at, separator_of

TEXT = "N°;Date;Nature;Récit\n1;01/03/2025;Tapage;Fête à côté, très bruyante\n2;02/03/2025;Dépôt;Gravats\n"


def written(folder: Path, content: bytes, name: str = "registre.csv") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "cp850", "mac_roman", "utf-16"])
def test_the_encoding_is_told_by_the_letters(tmp_path: Path, encoding: str) -> None:
    found = sniff(written(tmp_path, TEXT.encode(encoding)))
    assert found.rows[0] == ("N°", "Date", "Nature", "Récit")
    assert found.rows[1][3] == "Fête à côté, très bruyante"


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_the_separator_cuts_every_line_alike(separator: str) -> None:
    lines = [separator.join(cells) for cells in (("a", "b", "c"), ("1", "x y", "3"), ("4", "5", "6"))]
    assert separator_of(lines) == separator


def test_commas_in_texts_are_no_separators() -> None:
    assert separator_of(["a;b", "un, deux, trois;x", "un, deux;y"]) == ";"


def test_a_title_in_merged_cells_stands_above_the_header() -> None:
    rows = [("Registre 2025", "", ""), ("", "", ""), ("N°", "Date", "Lieu"), ("1", "45717", "quai"), ("2", "45718", "")]
    assert header_at(rows) == 2


def test_an_ordinary_table_has_nothing_above_its_header() -> None:
    assert header_at([("id", "date"), ("1", "2025-01-01"), ("2", "2025-01-02")]) == 0


def workbook(path: Path) -> Path:
    book = Workbook()
    cover = book.active
    assert cover is not None
    cover.title = "Couverture"
    cover["A1"] = "Police municipale"
    sheet = book.create_sheet("Registre")
    sheet.merge_cells("A1:C1")
    sheet["A1"] = "Registre 2025"
    sheet.append(["N°", "Date", "Heure"])
    sheet.append([1, datetime(2025, 3, 1), time(21, 30)])  # noqa: DTZ001 - cells have no zone
    sheet.append([2, 45718, "22h15"])
    book.save(path)
    return path


def test_the_fullest_sheet_is_taken_and_its_title_skipped(tmp_path: Path) -> None:
    found = sniff(workbook(tmp_path / "registre.xlsx"))
    assert found.sheets == ("Couverture", "Registre")
    assert (found.read.format, found.read.sheet, found.read.skip) == ("xlsx", "Registre", 1)


def test_what_a_person_states_prevails(tmp_path: Path) -> None:
    path = workbook(tmp_path / "registre.xlsx")
    stated = sniff(path).read.model_copy(update={"sheet": "Couverture", "skip": 0})
    assert sniff(path, stated=stated).read == stated


def archive(**entries: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as made:
        for name, content in entries.items():
            made.writestr(name.replace("__", "/").replace("_xml", ".xml").replace("_bin", ".bin"), content)
    return held.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)
ODS = b"application/vnd.oasis.opendocument.spreadsheet"
UNUSABLE = [
    pytest.param(b"", "empty", id="empty"),
    pytest.param(b" \r\n\r\n", "empty", id="blank"),
    pytest.param(OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted", id="password"),
    pytest.param(OLE, "old_workbook", id="xls"),
    pytest.param(archive(xl__workbook_xml=b"", xl__vbaProject_bin=b"x"), "macros", id="macros"),
    pytest.param(
        archive(mimetype=ODS, **{"META-INF__manifest_xml": b"<encryption-data/>"}),
        "encrypted", id="ods-password",
    ),
    pytest.param(archive(readme=b"x"), "no_table", id="zip"),
    pytest.param(archive(xl__workbook_xml=b"")[:40], "damaged", id="cut-zip"),
    pytest.param(archive(xl__workbook_xml=b"<x/>"), "damaged", id="hollow"),
    pytest.param(b"%PDF-1.7", "no_table", id="pdf"),
    pytest.param(b"a;b\0\0\0\n1;2", "no_table", id="binary"),
    pytest.param(gzip.compress(TEXT.encode() * 500)[:60], "damaged", id="cut-gzip"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "code"), UNUSABLE)
def test_what_cannot_be_used_is_refused_with_its_reason(tmp_path: Path, content: bytes, code: str) -> None:
    with pytest.raises(SourceError) as refused:
        sniff(written(tmp_path, content, "registre.bin"))
    assert refused.value.code == code


def test_compressed_text_is_text(tmp_path: Path) -> None:
    found = sniff(written(tmp_path, gzip.compress(TEXT.encode()), "registre.csv.gz"))
    assert (found.read.format, found.read.separator) == ("csv", ";")


def test_a_letter_cut_in_two_by_the_head_is_no_error() -> None:
    assert encoding_like("été".encode()[:-1]) == "utf-8"
