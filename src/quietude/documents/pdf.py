"""PDF by PDFium: the text with the box of each word, the pages as images."""

from __future__ import annotations

import ctypes
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image

from quietude.documents.extracted import ExtractionError, Page, Word

GRID = 100_000  # places are asked of PDFium in whole steps: a hundred-thousandth of the page
LINE_END_HYPHEN = 2  # PDFium gives this code for a hyphen that breaks a word at the end of a line: the word is one
POINTS_AN_INCH = 72
Box = tuple[float, float, float, float]


@contextmanager
def opened(path: Path) -> Iterator[pypdfium2.PdfDocument]:
    """Open a document.

    Raises:
        ExtractionError: it is protected, or damaged.
    """
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as problem:
        is_locked = getattr(problem, "err_code", None) == pdfium.FPDF_ERR_PASSWORD or "password" in str(problem).lower()
        raise ExtractionError("encrypted" if is_locked else "unreadable") from None
    try:
        yield document
    finally:
        document.close()


def has_scripts(document: pypdfium2.PdfDocument) -> bool:
    """Return whether the document holds JavaScript. This build of PDFium has no engine that could run it."""
    return int(pdfium.FPDFDoc_GetJavaScriptActionCount(document)) > 0


def image_of(page: pypdfium2.PdfPage, *, pixels_per_point: float, most_pixels: int) -> Image.Image:
    """Return the page as it is seen, with fewer pixels where it would have more than `most_pixels`."""
    width, height = page.get_size()
    most = (most_pixels / max(width * height, 1)) ** 0.5
    drawn: Image.Image = page.render(scale=min(pixels_per_point, most)).to_pil()
    return drawn


def has_content(page: pypdfium2.PdfPage) -> bool:
    """Return whether anything is drawn on the page."""
    return int(pdfium.FPDFPage_CountObjects(page)) > 0


def read_text(page: pypdfium2.PdfPage, number: int) -> Page:
    """Return the text that the file holds for a page, with the box of each word."""
    width, height = page.get_size()
    text_page = page.get_textpage()
    try:
        count = text_page.count_chars()
        codes = [pdfium.FPDFText_GetUnicode(text_page, at) for at in range(count)]
        pieces: list[tuple[str, Box | None]] = []
        for at, code in enumerate(codes):
            sign = "" if code == LINE_END_HYPHEN else chr(code) if 32 <= code < 0xD800 or code > 0xDFFF else " "
            if code in {10, 13}:
                sign = "\n"
            pieces.append((sign, None if sign.isspace() or not sign else _box(page, text_page, at)))
    finally:
        text_page.close()
    words, text = _words(pieces)
    return Page(number=number, text=text, width=round(width, 2), height=round(height, 2), words=words)


def _box(page: pypdfium2.PdfPage, text_page: pypdfium2.PdfTextPage, at: int) -> Box | None:
    edges = [ctypes.c_double() for _ in range(4)]
    left, right, bottom, top = edges
    if not pdfium.FPDFText_GetCharBox(text_page, at, left, right, bottom, top):
        return None
    corners = []
    for across, up in ((left.value, top.value), (right.value, bottom.value)):
        x, y = ctypes.c_int(), ctypes.c_int()
        pdfium.FPDF_PageToDevice(page, 0, 0, GRID, GRID, 0, across, up, x, y)
        corners.append((min(max(x.value / GRID, 0), 1), min(max(y.value / GRID, 0), 1)))
    (x0, y0), (x1, y1) = corners
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def _words(pieces: list[tuple[str, Box | None]]) -> tuple[tuple[Word, ...], str]:
    """Return the words between spaces, and the text: composed letters, no empty lines at its ends."""
    words: list[Word] = []
    signs: list[str] = []
    boxes: list[Box] = []
    for sign, box in [*pieces, (" ", None)]:
        if not sign.isspace():
            signs.append(sign)
            boxes += [box] if box else []
            continue
        if signs and boxes:
            left, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
            right, bottom = max(box[2] for box in boxes), max(box[3] for box in boxes)
            said = unicodedata.normalize("NFC", "".join(signs))
            words.append(Word(text=said, left=left, top=top, width=right - left, height=bottom - top))
        signs, boxes = [], []
    text = "".join(sign for sign, _ in pieces)
    lines = (" ".join(line.split()) for line in text.splitlines())
    return tuple(words), unicodedata.normalize("NFC", "\n".join(line for line in lines if line))
