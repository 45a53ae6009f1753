"""What is read out of one file: pages with words and their places, the limits it was read under, why it was not."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

By = Literal["text", "ocr"]
Reason = Literal[
    "empty",
    "encrypted",
    "unreadable",
    "unknown-type",
    "too-many-pages",
    "image-too-large",
    "zip-bomb",
    "timed-out",
    "too-much-memory",
    "output-too-large",
]

Warned = Literal[
    "scripts", "another-type", "turned", "doubtful", "no-text", "attachments", "too-deep", "without-french"
]

REASON_WORDS: dict[Reason, str] = {
    "empty": "The file is empty.",
    "encrypted": "The file is protected by a password: take the protection off, then send it again.",
    "unreadable": "The file is damaged, or is not what its name says: save it again in its own program.",
    "unknown-type": "No text can be read out of this type of file: send a PDF, an image or an office document.",
    "too-many-pages": "The file has too many pages: split it, then send the parts.",
    "image-too-large": "The image is too large: scan it again at 300 dots per inch or fewer.",
    "zip-bomb": "The file unpacks to far more than it should: it was not opened.",
    "timed-out": "Reading the file took too long: split it, then send the parts.",
    "too-much-memory": "Reading the file took too much memory: split it, then send the parts.",
    "output-too-large": "The file holds more text than can be kept: split it, then send the parts.",
}

WARNING_WORDS: dict[Warned, str] = {
    "scripts": "The file holds scripts. They were not run, and are not in the archived copy.",
    "another-type": "The file is of another type than it was said to be.",
    "turned": "Pages were scanned sideways or upside down. They were turned to be read.",
    "doubtful": "Some pages are hard to read: words may be missing or wrong.",
    "no-text": "No text was found.",
    "attachments": "The message has attachments. They were not read: add them as documents of their own.",
    "too-deep": "The message holds others, one in the other: the innermost were not read.",
    "without-french": "The images were read without the French model: accents may be missing. Install Tesseract's.",
}


class ExtractionError(Exception):
    """A file whose text could not be read. The words are for the person who sent it, and name nothing that it holds."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(REASON_WORDS[reason])
        self.reason: Reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much one file may take. What goes past a limit is an error, never a shortened text."""

    seconds: float = 600.0
    """Of the clock, for the whole file; 600 holds about 400 scanned pages."""
    memory_mib: int = 3072
    """Address space of each process, MiB. OCR without Tesseract takes about 1,600."""
    pages: int = 1000
    output_mib: int = 128
    """Of each file that is written: the text with its boxes, or the archived copy."""
    megapixels: int = 120
    """Of one image. A4 at 600 dots per inch is 35, A0 at 300 is 140."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A word and its box, in fractions of the page: 0, 0 is the top left corner."""

    text: str
    left: float
    top: float
    width: float
    height: float
    confidence: float | None = None
    """0..1, what the OCR says of itself; None where the text was in the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page. A kind of file that has no pages gives one page without size and without words."""

    number: int
    """From 1."""
    text: str
    width: float | None
    """In points of 1/72 inch, as the page is seen; None where the file has no pages."""
    height: float | None
    words: tuple[Word, ...] = ()
    """In the order of the text."""
    by: By = "text"
    confidence: float | None = None
    """Mean of the words' confidence; None where the text was in the file."""
    turned: int = 0
    """By how many degrees, clockwise, the scan had to be turned to be read: 0, 90, 180 or 270."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extracted:
    """What is read out of one file."""

    pages: tuple[Page, ...]
    media_type: str
    """What the file is by its content, whatever it was said to be."""
    language: str | None
    """ISO 639-1 code of the language of the text ("fr"); None where there is too little text to tell."""
    title: str | None = None
    author: str | None = None
    created: str | None = None
    """ISO 8601, with what the file says: a day or a moment."""
    warnings: tuple[Warned, ...] = ()
    """What a person should know; the words are in `WARNING_WORDS`."""
    archived: Path | None = None
    """A copy as PDF/A with the text in it, in the folder of work, where a page was read by OCR."""
