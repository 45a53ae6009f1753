"""How well scans are read: character errors on six pages that were transcribed by eye, and pages a second.

The pages are municipal orders, scanned at 200 dots an inch and drawn as the reader draws them (300); the
transcriptions are in tests/documents/transcribed.
There, […] stands for a person's name: what is read at its place counts neither way. Spaces, quotes and dashes are
compared by kind. Logos and the small grey lines at the foot count like all else.
"""

from __future__ import annotations

import os
import re
import unicodedata
from pathlib import Path

import pypdfium2
from rapidfuzz.distance import Levenshtein

from bench.figure import Figure
from bench.source_values import data_folder
from quietude.documents.ocr.reading import read_page
from quietude.documents.reading import OCR_PIXELS_PER_POINT

TRANSCRIBED = Path(__file__).parent.parent / "tests" / "documents" / "transcribed"
SCANS = "documents/bondy_arretes_scans_2024"
MASK = "\ue000"
KINDS = str.maketrans({"’": "'", "‘": "'", "´": "'", "–": "-", "—": "-", "“": '"', "”": '"', "…": "..."})
ENGINES = ("tesseract", "rapidocr")


def plain(text: str) -> str:
    """Return a text as it is compared."""
    kept = unicodedata.normalize("NFC", text.replace("[…]", MASK)).translate(KINDS)
    return re.sub(r"\s+", " ", kept).strip()


def character_errors(truth: str, read: str) -> int:
    """Return how many letters must be put in, taken out or changed; at a mask, as many as wanted are free."""
    masks = {at for at, sign in enumerate(truth) if sign == MASK}
    free = masks | {at + 1 for at in masks}
    return sum(
        edit.src_pos not in (free if edit.tag == "insert" else masks) for edit in Levenshtein.editops(truth, read)
    )


def _core_seconds() -> float:
    """Return the time of the processor, that of ended children included: other work on the machine doesn't count."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def measure(engine: str, folder: Path) -> tuple[float, float]:
    """Return the character error rate of an engine, and the pages it reads in a second of a core."""
    errors = letters = pages = 0
    seconds = 0.0
    for path in sorted(TRANSCRIBED.glob("*.txt")):
        name, number = path.stem.split("-")
        with pypdfium2.PdfDocument(folder / f"{name}.pdf") as document:
            drawn = document[int(number) - 1]
            image = drawn.render(scale=OCR_PIXELS_PER_POINT).to_pil()
            began = _core_seconds()
            read = plain(read_page(image, int(number), drawn.get_size(), engine).text)
            seconds += _core_seconds() - began
        truth = plain(path.read_text(encoding="utf-8"))
        errors += character_errors(truth, read)
        letters += len(truth) - truth.count(MASK)
        pages += 1
    return errors / letters, pages / seconds


def main() -> None:
    """Print the figures of both engines."""
    folder = data_folder() / SCANS
    os.environ["OMP_THREAD_LIMIT"] = "1"
    for engine in ENGINES:
        rate, speed = measure(engine, folder)
        limit = 2.0 if engine == "tesseract" else None
        Figure(
            name=f"character errors of {engine} on 6 transcribed pages", value=100 * rate, unit="%", limit=limit
        ).show()
        name = f"pages that {engine} reads in a second of a core"
        Figure(name=name, value=speed, unit="1/s", limit=None, at_most=False).show()


if __name__ == "__main__":
    main()
