"""Fictional orders of a demonstration, drawn as a scanner would see them: their words are in the image alone."""

from __future__ import annotations

from pathlib import Path

import font_roboto
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from pydantic import BaseModel, ConfigDict, Field

INBOX = "documents"
"""Folder of QUIETUDE_DROP_DIR whose files become documents."""
PAGE = (1240, 1754)
"""A4 at 150 dots an inch, in pixels."""
DPI = 150
MARGIN, LETTERS, LINE = 130, 30, 46
TILT_DEG = 0.4  # nobody lays a sheet straight
PAPER, INK = 246, 24


class Scan(BaseModel):
    """One sheet."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z0-9-]+$")
    """Of the file, which becomes the document's title."""
    kind: str
    """Class of the document, as `towns/<name>/documents` or the ready ones name it."""
    text: str
    """Lines as they stand on the sheet."""


def lay(scans: tuple[Scan, ...], folder: Path) -> int:
    """Lay the sheets into the inbox of documents, each into the folder of its class; return how many were new.

    A folder that is there already was filled by an earlier start: nothing is laid twice.
    """
    if folder.is_dir():
        return 0
    for scan in scans:
        place = folder / scan.kind
        place.mkdir(parents=True, exist_ok=True)
        draft = place / f"{scan.name}.pdf.part"
        drawn(scan).save(draft, format="PDF", resolution=DPI)
        draft.rename(place / f"{scan.name}.pdf")
    return len(scans)


def drawn(scan: Scan) -> Image.Image:
    """Return a sheet as a scanner sees it: grey, soft, a little tilted."""
    sheet = Image.new("L", PAGE, PAPER)
    pen, font = ImageDraw.Draw(sheet), ImageFont.truetype(font_roboto.font_files["Roboto"], LETTERS)
    for row, line in enumerate(scan.text.strip().splitlines()):
        pen.text((MARGIN, MARGIN + row * LINE), line, fill=INK, font=font)
    turned = sheet.rotate(TILT_DEG, resample=Image.Resampling.BICUBIC, fillcolor=PAPER)
    return turned.filter(ImageFilter.GaussianBlur(0.6))
