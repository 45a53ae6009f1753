"""One image to one page: the engine at hand, the right way up."""

from __future__ import annotations

from dataclasses import replace

from PIL import Image

from quietude.documents.extracted import Page
from quietude.documents.ocr import tesseract
from quietude.documents.ocr.lines import Read, turned_back

DOUBTFUL = 0.6  # scans of orders the right way up give 0.85 to 0.95, upside down 0.3 to 0.45
FEW_LETTERS = 15
TURNS = {90: Image.Transpose.ROTATE_270, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_90}


def engine_at_hand() -> str:
    """Return the engine that is used where none is asked for."""
    return "tesseract" if tesseract.languages() else "rapidocr"


def reads_french(engine: str) -> bool:
    """Return whether the engine knows the accents."""
    return engine == "rapidocr" or "fra" in tesseract.languages()


def _once(image: Image.Image, engine: str) -> Read:
    if engine == "tesseract":
        return tesseract.read(image)
    from quietude.documents.ocr import rapid  # noqa: PLC0415 - its models take a second to load

    return rapid.read(image)


def read_page(image: Image.Image, number: int, size_pt: tuple[float, float], engine: str) -> Page:
    """Return the page. A doubtful reading is tried the other ways up, and the best is taken.

    Args:
        image: the page as it is seen.
        number: of the page, from 1.
        size_pt: width and height in points.
        engine: "tesseract" or "rapidocr".
    """
    best, turned = _once(image, engine), 0
    if best.letters >= FEW_LETTERS and (best.confidence or 0) < DOUBTFUL:
        for degrees in (180, 90, 270):
            other = _once(image.transpose(TURNS[degrees]), engine)
            if other.worth > best.worth:
                best, turned = other, degrees
            if (best.confidence or 0) >= DOUBTFUL:
                break
    words = tuple(turned_back(word, turned) for word in best.words)
    width, height = size_pt
    page = Page(number=number, text=best.text, width=width, height=height, words=words, by="ocr", turned=turned)
    return replace(page, confidence=None if best.confidence is None else round(best.confidence, 3))
