"""What reads and draws documents: in a process of its own, within limits, behind one door."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from quietude.documents.api import ExtractionError, Limits, Page, extract, render
from quietude.portal.documents.faults import Fault

LIMITS = Limits()


class NotReadError(Exception):
    """A document could not be read or drawn: the kind of fault, and what else is known."""

    def __init__(self, fault: Fault, said: str = "") -> None:
        super().__init__(said or fault.value)
        self.fault = fault
        self.said = said


@dataclass(frozen=True, slots=True)
class ReadPage:
    """One page as it was read; the boxes of its words in fractions of it, from the upper left corner."""

    text: str
    width: float
    height: float
    """In points of 1/72 inch; 0 where the file has no pages, and then there is no picture either."""
    words: tuple[tuple[str, float, float, float, float], ...]
    by: str
    confidence: float | None


@dataclass(frozen=True, slots=True)
class Reading:
    """A document as it was read."""

    pages: tuple[ReadPage, ...]
    language: str
    archive: Path | None
    """Its PDF/A in the folder that was given, where one was made."""
    warnings: tuple[str, ...] = ()
    """What a person should know, by `faults.Caution`."""


def read(path: Path, media_type: str, work_dir: Path) -> Reading:
    """Return what a file says, page by page.

    Raises:
        NotReadError: it cannot be read within the limits.
    """
    try:
        found = extract(path, media_type, LIMITS, work_dir=work_dir)
    except ExtractionError as error:
        raise NotReadError(Fault(error.reason)) from error
    return Reading(tuple(_page(each) for each in found.pages), found.language or "", found.archived, found.warnings)


def draw(path: Path, page: int, width_px: int) -> bytes:
    """Return the picture of a page as WebP.

    Raises:
        NotReadError: there is no such page, or it cannot be drawn within the limits.
    """
    try:
        return render(path, page, width_px)
    except ExtractionError as error:
        raise NotReadError(Fault(error.reason)) from error


def _page(page: Page) -> ReadPage:
    words = tuple(
        (each.text, each.left, each.top, each.left + each.width, each.top + each.height) for each in page.words
    )
    return ReadPage(page.text, page.width or 0.0, page.height or 0.0, words, page.by, page.confidence)
