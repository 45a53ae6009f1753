"""A scan as PDF/A-2u: the pages as images, what was read under them, so that any reader finds the words."""

from __future__ import annotations

import io
import logging
from datetime import datetime
from functools import cache
from pathlib import Path

import font_roboto
from fontTools.ttLib import TTFont
from fpdf import FPDF
from fpdf.enums import TextMode
from PIL import Image

from quietude.documents.extracted import Page

FONT = font_roboto.font_files["Roboto"]
QUALITY = 60  # of JPEG, grey, at 300 dots an inch: some 500 kB a page, and every letter sharp
SMALLEST_PT = 1.0


@cache
def _glyphs() -> frozenset[int]:
    with TTFont(FONT, lazy=True) as font:
        return frozenset(font.getBestCmap())


class Archive:
    """A PDF/A-2u that is made page by page."""

    def __init__(self, *, title: str | None, language: str) -> None:
        logging.getLogger("fontTools").setLevel(logging.ERROR)
        self._pdf = FPDF(unit="pt", enforce_compliance="PDF/A-2U")
        self._pdf.add_font("Roboto", "", FONT)
        self._pdf.set_auto_page_break(False)
        self._pdf.set_margin(0)
        self._pdf.set_title(title or "Document")
        self._pdf.set_lang(language)

    def add(self, page: Page, image: Image.Image) -> None:
        """Add a page as it is seen, with its words at their places, unseen."""
        width, height = page.width or image.width, page.height or image.height
        self._pdf.add_page(format=(width, height))
        packed = io.BytesIO()
        image.convert("L").save(packed, "JPEG", quality=QUALITY)
        self._pdf.image(packed, 0, 0, width, height, alt_text="")
        self._pdf.text_mode = TextMode.INVISIBLE
        for word in page.words:
            said = "".join(sign if ord(sign) in _glyphs() else "?" for sign in word.text)
            self._pdf.set_font("Roboto", size=max(SMALLEST_PT, word.height * height))
            natural = self._pdf.get_string_width(said)
            self._pdf.set_stretching(100 * word.width * width / natural if natural else 100)
            self._pdf.text(word.left * width, (word.top + word.height) * height, said)
            self._pdf.set_stretching(100)
        self._pdf.text_mode = TextMode.FILL

    def close(self, path: Path, at: datetime) -> None:
        """Write the file, dated `at`."""
        self._pdf.set_creation_date(at)
        path.write_bytes(bytes(self._pdf.output()))
