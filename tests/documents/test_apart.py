"""Files are read apart: what is hostile is refused with a reason, in bounded time and memory, and nobody falls."""

from __future__ import annotations

import io
import os
import time
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader
from tests.documents import making

from quietude.documents.api import ExtractionError, Limits, extract, render
from quietude.documents.extracted import Reason
from quietude.documents.ocr import tesseract

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PDF = "application/pdf"
LIMITS = Limits(seconds=60)

needs_tesseract = pytest.mark.skipif(
    "fra" not in tesseract.languages() and "CI" not in os.environ,
    reason="Tesseract and its French model are not installed",
)


def refused(path: Path, folder: Path, said: str = PDF, limits: Limits = LIMITS) -> Reason:
    with pytest.raises(ExtractionError) as problem:
        extract(path, said, limits, work_dir=folder)
    return problem.value.reason


@needs_tesseract
@pytest.mark.parametrize("turned", [0, 180], ids=["upright", "upside-down"])
def test_a_scan_is_read_and_archived_with_its_text(tmp_path: Path, turned: int) -> None:
    path = making.written(tmp_path / "scan.pdf", making.image_pdf(making.scan(turned=turned)))
    read = extract(path, PDF, LIMITS, work_dir=tmp_path)
    page = read.pages[0]
    assert (page.by, page.turned, read.warnings) == ("ocr", turned, ("turned",) if turned else ())
    assert "Interdiction du stationnement rue des Écoliers" in page.text
    assert page.confidence is not None
    assert page.confidence > 0.8
    first = next(word for word in page.words if word.text == "Interdiction")
    assert (first.top < 0.5) == (not turned)  # at its place on the page as it is seen
    assert read.archived is not None
    archived = PdfReader(read.archived)
    assert "stationnement" in archived.pages[0].extract_text()
    assert b"pdfaid:part" in read.archived.read_bytes()


def test_time_and_memory_are_bounded(tmp_path: Path) -> None:
    path = making.written(tmp_path / "a.pdf", making.text_pdf(making.ORDER))
    began = time.monotonic()
    assert refused(path, tmp_path, limits=Limits(seconds=0.05)) == "timed-out"
    assert time.monotonic() - began < 5
    image = tmp_path / "large.png"
    Image.new("L", (10_000, 10_000)).save(image, compress_level=1)
    assert refused(image, tmp_path, "image/png", Limits(memory_mib=400)) == "too-much-memory"
    long = making.written(tmp_path / "a.txt", b"a word " * 300_000)
    assert refused(long, tmp_path, "text/plain", Limits(output_mib=1)) == "output-too-large"


def test_a_page_is_drawn(tmp_path: Path) -> None:
    path = making.written(tmp_path / "a.pdf", making.text_pdf("Une page."))
    assert Image.open(io.BytesIO(render(path, 1, 300))).size == (300, 425)
    with pytest.raises(ExtractionError):
        render(path, 2, 300)
