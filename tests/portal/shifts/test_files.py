"""Reports as files, read back by other libraries."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime

import pytest
from docx import Document as WordDocument
from openpyxl import load_workbook

from quietude.portal.paper import drawable
from quietude.portal.shifts.document import Document, EntryRef, Section
from quietude.portal.shifts.files import docx_of, pdf_of, xlsx_of
from quietude.portal.shifts.filling import Line, Part

AT = datetime(2026, 6, 18, 3, 10, tzinfo=UTC)
REF = EntryRef(logbook="patrols", label="PM-2026-0001", version=1, digest="0" * 64)
SECTIONS = (
    Section(heading="Équipages", header=("Équipage", "Véhicule"), rows=(("A1", "VL 12"), ("=1+1", "à pied"))),
    Section(heading="Faits", entries=(REF,)),
    Section(heading="Observations", paragraphs=("Nuit calme 🔥 – « rien »\x00 à signaler.",)),
    Section(heading="Vide"),
)
DOCUMENT = Document(
    title="Rapport de vacation", label="RV-2026-00001", town="Valcombe", service="Police", signer="Anne",
    signed="18/06/2026 05:10", replaces="RV-2026-00000", reason="oubli", sections=SECTIONS,
)  # fmt: skip
LINE = Line(
    "PM-2026-0001", "17/06 23:10", "Fête", "12 quai du Port", "Fête au 3e.\nRappel à l'ordre.", "corrigée depuis"
)
PARTS = [Part(section, (LINE,) if section.entries else ()) for section in SECTIONS]
DIGEST = "ab" * 32


def test_the_pdf_says_it_is_archival_and_embeds_its_fonts() -> None:
    made = pdf_of(DOCUMENT, PARTS, signed_at=AT, digest=DIGEST)
    assert made.startswith(b"%PDF-1.7")
    assert b"<pdfaid:part>2</pdfaid:part>" in made
    assert b"<pdfaid:conformance>U</pdfaid:conformance>" in made
    assert b"/FontFile2" in made


def test_the_same_report_gives_the_same_pdf_whatever_its_length() -> None:
    many = [Part(SECTIONS[1], (LINE,) * 300)]
    long = pdf_of(DOCUMENT, many, signed_at=AT, digest=DIGEST)
    assert long.count(b"/Type /Page\n") > 10
    once = pdf_of(DOCUMENT, PARTS, signed_at=AT, digest=DIGEST)
    assert once == pdf_of(DOCUMENT, PARTS, signed_at=AT, digest=DIGEST)
    assert set(re.findall(rb'xmp:\w+Date="([^"]+)"', once)) == {b"2026-06-18T03:10:00+00:00"}  # not that of making


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        pytest.param("Été à l’œuvre « – € »", "Été à l’œuvre « – € »", id="French"),
        pytest.param("feu 🔥", "feu [U+1F525]", id="emoji"),
        pytest.param("a\x00b\tc", "ab c", id="null byte"),
    ],
)
def test_what_the_font_lacks_is_told_by_its_code(text: str, drawn: str) -> None:
    assert drawable(text) == drawn


def test_the_word_file_holds_all_that_was_signed() -> None:
    made = WordDocument(io.BytesIO(docx_of(DOCUMENT, PARTS, signed_at=AT, digest=DIGEST)))
    said = "\n".join(each.text for each in made.paragraphs)
    cells = [cell.text for table in made.tables for row in table.rows for cell in row.cells]
    assert all(word in said for word in ("RV-2026-00001", "RV-2026-00000", "Nuit calme 🔥", DIGEST, "Anne"))
    assert "Vide" not in said
    assert "A1" in cells
    assert any("Rappel à l'ordre." in cell for cell in cells)


def test_the_workbook_holds_the_entries_and_no_formula() -> None:
    book = load_workbook(io.BytesIO(xlsx_of(DOCUMENT, PARTS, signed_at=AT, digest=DIGEST)))
    first, second = book.worksheets
    cells = [cell.value for row in first.iter_rows() for cell in row if cell.value is not None]
    assert {"A1", "VL 12", "'=1+1"} <= set(cells)
    assert [cell.value for cell in second[2]][:5] == [*(LINE.label, LINE.when, LINE.category, LINE.place, LINE.said)]
    assert not [cell for row in first.iter_rows() for cell in row if cell.data_type == "f"]
