"""Paper: A4 pages as PDF/A-2u (ISO 19005-2), fonts embedded, texts that can be searched, the same bytes every time."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import cache

import font_roboto
from fontTools.ttLib import TTFont
from fpdf import FPDF
from fpdf.fonts import TTFFont

FONT = "Roboto"
REGULAR, BOLD = font_roboto.font_files["Roboto"], font_roboto.font_files["RobotoBold"]
NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class Paper(FPDF):
    """Pages with a line at the foot that names them, and their number."""

    def __init__(self, *, title: str, author: str, foot: str, identifier: str) -> None:
        """Begin with an empty page.

        Args:
            title: of the document.
            author: who answers for it.
            foot: what stands at the foot of each page.
            identifier: 32 hexadecimal digits, the same for the same document.
        """
        super().__init__(format="A4", enforce_compliance="PDF/A-2U")
        self.identifier = identifier
        self.foot = foot
        self.add_font(FONT, "", REGULAR)
        self.add_font(FONT, "B", BOLD)
        for font in self.fonts.values():  # else the moment of writing lies in the font, and no two files are alike
            if isinstance(font, TTFFont):
                font.ttfont.recalcTimestamp = False
        self.set_title(title)
        self.set_author(author)
        self.set_lang("fr-FR")
        self.set_margin(18)
        self.set_auto_page_break(True, margin=20)
        self.add_page()

    def file_id(self) -> str:
        """Return the same identifier for the same document, so that two copies are the same file."""
        return f"<{self.identifier}><{self.identifier}>"

    def footer(self) -> None:
        """Write what names the page."""
        self.set_y(-14)
        self.set_font(FONT, "", 8)
        self.cell(0, 6, drawable(self.foot))
        self.cell(0, 6, f"{self.page_no()}", align="R")

    def line_of(self, said: str, size: int, style: str = "") -> None:
        """Write a paragraph."""
        self.set_font(FONT, style, size)
        self.multi_cell(0, size * 0.52, drawable(said), new_x="LMARGIN", new_y="NEXT", align="L")
        self.ln(1)

    def closed(self, at: datetime) -> bytes:
        """Return the file, dated `at`: in its own dates too, where the library writes the moment of making."""
        self.set_creation_date(at.astimezone(UTC))
        moment = at.astimezone(UTC).isoformat(timespec="seconds").encode()
        stated = rb'(xmp:(?:Modify|Metadata)Date=")[^"]{%d}"' % len(moment)  # of the same length: no offset moves
        return re.sub(stated, rb"\g<1>" + moment + b'"', bytes(self.output()))


@cache
def _glyphs() -> frozenset[int]:
    with TTFont(REGULAR, lazy=True) as regular, TTFont(BOLD, lazy=True) as bold:
        return frozenset(regular.getBestCmap()) & frozenset(bold.getBestCmap())


def drawable(text: str) -> str:
    """Return a text that the font can draw: a sign it lacks, such as an emoji, becomes its code, [U+1F525]."""
    plain = NOT_IN_XML.sub("", text).replace("\t", " ")
    return "".join(sign if sign == "\n" or ord(sign) in _glyphs() else f"[U+{ord(sign):04X}]" for sign in plain)
