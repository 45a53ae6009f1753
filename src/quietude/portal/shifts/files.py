"""A report as a file: PDF/A-2u to be archived, DOCX to be edited, XLSX to be counted."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from django.utils.translation import gettext as _
from docx import Document as WordDocument
from docx.shared import Pt
from fpdf.enums import TableBordersLayout
from fpdf.fonts import FontFace
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font

from quietude.portal.paper import FONT, NOT_IN_XML, Paper, drawable
from quietude.portal.shifts.document import Document
from quietude.portal.shifts.filling import Line, Part

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet take a text for a formula. Source: OWASP, CSV injection."""


def pdf_of(document: Document, parts: Sequence[Part], *, signed_at: datetime, digest: str) -> bytes:
    """Return a report as PDF/A-2u (ISO 19005-2): fonts embedded, texts that can be searched."""
    pdf = _Pages(document, digest)
    for part in parts:
        pdf.section(part)
    pdf.signature(document, digest)
    return pdf.closed(signed_at)


class _Pages(Paper):
    """Pages with the report's number and the digest's beginning at the foot."""

    def __init__(self, document: Document, digest: str) -> None:
        title = f"{document.title} {document.label}"
        foot = f"{document.town} · {document.label} · {digest[:16]}"
        super().__init__(title=title, author=document.service, foot=foot, identifier=digest[:32])
        self.line_of(document.town, 9)
        self.line_of(title, 17, "B")
        self.line_of(document.service, 11)
        if document.replaces:
            said = _("Replaces %(label)s: %(reason)s") % {"label": document.replaces, "reason": document.reason}
            self.line_of(said, 10, "B")

    def section(self, part: Part) -> None:
        """Write a section; without anything in it, it is left out."""
        section = part.section
        if not (section.paragraphs or section.rows or part.lines):
            return
        self.ln(2)
        if section.heading:
            self.start_section(drawable(section.heading))
            self.line_of(section.heading, 12, "B")
        for said in section.paragraphs:
            self.line_of(said, 10)
        if section.rows:
            self._table([section.header, *section.rows], None)
        if part.lines:
            rows = [(line.label, line.when, _said(line)) for line in part.lines]
            self._table([(_("Entry"), _("When"), _("What")), *rows], (28, 20, 126))

    def _table(self, rows: Sequence[Sequence[str]], widths: tuple[int, ...] | None) -> None:
        self.set_font(FONT, "", 9)
        head = FontFace(emphasis="BOLD")
        with self.table(
            col_widths=widths, text_align="LEFT", headings_style=head, line_height=4.6,
            borders_layout=TableBordersLayout.HORIZONTAL_LINES, padding=1,
        ) as table:  # fmt: skip
            for cells in rows:
                row = table.row()
                for cell in cells:
                    row.cell(drawable(cell))

    def signature(self, document: Document, digest: str) -> None:
        """Write who signed, when, and the digest that the journal holds."""
        self.ln(6)
        self.line_of(_signed(document), 10, "B")
        self.line_of(_("Digest (SHA-256): %(digest)s") % {"digest": digest}, 8)


def docx_of(document: Document, parts: Sequence[Part], *, signed_at: datetime, digest: str) -> bytes:
    """Return a report as a word processor's file: a copy to work on, the signed one is in the portal."""
    made = WordDocument()
    made.core_properties.title = _xml(f"{document.title} {document.label}")
    made.core_properties.author = _xml(document.signer)
    made.core_properties.created = signed_at.astimezone(UTC).replace(tzinfo=None)
    made.styles["Normal"].font.size = Pt(10)
    made.add_heading(_xml(f"{document.title} {document.label}"), level=0)
    made.add_paragraph(_xml(f"{document.town} · {document.service}"))
    if document.replaces:
        said = _("Replaces %(label)s: %(reason)s") % {"label": document.replaces, "reason": document.reason}
        made.add_paragraph(_xml(said))
    for part in parts:
        section = part.section
        if section.heading and (section.paragraphs or section.rows or part.lines):
            made.add_heading(_xml(section.heading), level=1)
        for said in section.paragraphs:
            made.add_paragraph(_xml(said))
        if section.rows:
            _word_table(made, [section.header, *section.rows])
        if part.lines:
            rows = [(line.label, line.when, _said(line)) for line in part.lines]
            _word_table(made, [(_("Entry"), _("When"), _("What")), *rows])
    made.add_paragraph(_xml(_signed(document)))
    made.add_paragraph(_xml(_("Digest (SHA-256): %(digest)s") % {"digest": digest}))
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def _word_table(made: WordDocument, rows: Sequence[Sequence[str]]) -> None:  # type: ignore[valid-type]  # a factory
    table = made.add_table(rows=0, cols=len(rows[0]), style="Light Grid Accent 1")  # type: ignore[attr-defined]
    for cells in rows:
        for cell, said in zip(table.add_row().cells, cells, strict=True):
            cell.text = _xml(said)


def xlsx_of(document: Document, parts: Sequence[Part], *, signed_at: datetime, digest: str) -> bytes:
    """Return a report as a workbook: a sheet with what is said once, one with the entries."""
    book = Workbook()
    book.properties.created = signed_at.astimezone(UTC).replace(tzinfo=None)
    sheet = book.active
    sheet.title = document.label[:31] or "draft"
    _row(sheet, (f"{document.title} {document.label}",), is_bold=True)
    for said in (document.town, document.service, _signed(document)):
        _row(sheet, (said,))
    if document.replaces:
        _row(sheet, (_("Replaces %(label)s: %(reason)s") % {"label": document.replaces, "reason": document.reason},))
    _row(sheet, (_("Digest (SHA-256): %(digest)s") % {"digest": digest},))
    entries = book.create_sheet(_("Entries"))
    head = (_("Entry"), _("When"), _("Category"), _("Place"), _("Facts"), _("Remark"))
    _row(entries, head, is_bold=True)
    for part in parts:
        section = part.section
        if section.heading and (section.paragraphs or section.rows):
            _row(sheet, ())
            _row(sheet, (section.heading,), is_bold=True)
        for cells in (
            *((said,) for said in section.paragraphs),
            *([section.header, *section.rows] * bool(section.rows)),
        ):
            _row(sheet, cells)
        for line in part.lines:
            _row(entries, (line.label, line.when, line.category, line.place, line.said, line.remark))
    for letter, width in zip("ABCDEF", (18, 14, 26, 32, 80, 24), strict=True):
        entries.column_dimensions[letter].width = width
    sheet.column_dimensions["A"].width = 60
    entries.freeze_panes = "A2"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _row(sheet: object, cells: Sequence[str], *, is_bold: bool = False) -> None:
    sheet.append([_inert(cell) for cell in cells])  # type: ignore[attr-defined]
    for cell in sheet[sheet.max_row] if cells else ():  # type: ignore[attr-defined, index]
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        cell.font = Font(bold=is_bold)


def _inert(text: str) -> str:
    said = _xml(text)
    return f"'{said}" if said.startswith(FORMULA) else said


def _xml(text: str) -> str:
    return NOT_IN_XML.sub("", text)


def _said(line: Line) -> str:
    head = " · ".join(filter(None, (line.category, line.place, line.remark and f"({line.remark})")))
    return "\n".join(filter(None, (head, line.said)))


def _signed(document: Document) -> str:
    return _("Signed by %(who)s on %(when)s.") % {"who": document.signer, "when": document.signed}


FORMS: Mapping[str, tuple[str, Callable[..., bytes]]] = {
    "pdf": ("application/pdf", pdf_of),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", docx_of),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", xlsx_of),
}
"""Ending of the file to its media type and its maker."""
