"""What each kind of file gives, and which are refused. Here in the test's own process: the limits are test_apart's."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest
from docx import Document
from tests.documents import making

from quietude.documents.extracted import Extracted, ExtractionError, Limits
from quietude.documents.reading import read_file

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PDF = "application/pdf"


def read(path: Path, said: str, engine: str | None = None) -> Extracted:
    return read_file(path, said, Limits(), work_dir=path.parent, engine=engine)


def test_a_text_pdf_gives_its_words_with_their_places(tmp_path: Path) -> None:
    made = making.text_pdf(making.ORDER, "Deuxième page : l'école est fermée.")
    path = making.written(tmp_path / "..%2F..%2Fétat.pdf", made)
    found = read(path, PDF)
    first, second = found.pages
    assert first.width is not None
    assert first.height is not None
    assert (found.language, found.title, found.archived, found.warnings) == ("fr", "Ordre du jour", None, ())
    assert "Interdiction du stationnement rue des Écoliers" in first.text
    assert [word.text for word in second.words] == second.text.split()
    with pypdfium2.PdfDocument(made) as document:
        box = document[0].get_textpage().get_charbox(0, loose=False)
    assert first.words[0].left == pytest.approx(box[0] / first.width, abs=0.001)
    assert first.words[0].top + first.words[0].height == pytest.approx(1 - box[1] / first.height, abs=0.001)


def test_a_scan_is_read_without_tesseract(tmp_path: Path) -> None:
    path = tmp_path / "scan.png"
    making.scan("Stationnement interdit").crop((0, 0, 600, 200)).save(path)
    found = read(path, "image/png", engine="rapidocr")
    assert "Stationnement interdit" in found.pages[0].text
    assert [word.text for word in found.pages[0].words] == ["Stationnement", "interdit"]


def test_an_office_document_gives_its_text(tmp_path: Path) -> None:
    document = Document()
    document.core_properties.title = "Compte rendu"
    document.add_paragraph("La réunion de quartier a demandé un passage pour piétons devant l'école.")
    document.save(str(tmp_path / "a.docx"))
    found = read(tmp_path / "a.docx", "application/pdf")
    assert "un passage pour piétons devant l'école" in found.pages[0].text
    assert (found.media_type, found.title, found.language) == (DOCX, "Compte rendu", "fr")
    assert found.warnings == ("another-type",)


def test_messages_in_messages_are_read_down_to_a_depth(tmp_path: Path) -> None:
    path = making.written(tmp_path / "a.eml", making.nested_mail(14))
    found = read(path, "message/rfc822")
    text = found.pages[0].text
    assert "Transmis, niveau 13" in text
    assert "Transmis, niveau 9" in text
    assert "Transmis, niveau 8" not in text
    assert (found.title, found.created) == ("message 13", "2024-05-13T10:00:00+02:00")
    assert found.warnings == ("too-deep",)


def test_scripts_are_told_and_never_run(tmp_path: Path) -> None:
    path = making.written(tmp_path / "a.pdf", making.scripted_pdf())
    assert read(path, PDF).warnings == ("scripts",)


@pytest.mark.parametrize(
    ("content", "said", "reason"),
    [
        pytest.param(making.blank_pdf(2000), PDF, "too-many-pages", id="2000-pages"),
        pytest.param(making.locked_pdf(), PDF, "encrypted", id="encrypted"),
        pytest.param(b"%PDF-1.7 and nothing more", PDF, "unreadable", id="damaged"),
        pytest.param(making.huge_tiff(30_000), "image/tiff", "image-too-large", id="30000-squared"),
        pytest.param(making.lying_bomb(20), DOCX, "unreadable", id="lying-bomb"),
    ],
)
def test_a_hostile_file_is_refused_with_its_reason(tmp_path: Path, content: bytes, said: str, reason: str) -> None:
    with pytest.raises(ExtractionError) as problem:
        read(making.written(tmp_path / "a", content), said)
    assert problem.value.reason == reason
