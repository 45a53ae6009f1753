"""Tesseract, as the program of the system: words with boxes and confidence from its table."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
from functools import cache

from PIL import Image

from quietude.documents.extracted import Word
from quietude.documents.ocr.lines import Read, joined

WANTED = ("fra", "eng")
A_WORD = "5"  # level of a word in the table


@cache
def languages() -> frozenset[str]:
    """Return the models that are installed; none where Tesseract is not."""
    program = shutil.which("tesseract")
    if program is None:
        return frozenset()
    listed = subprocess.run([program, "--list-langs"], capture_output=True, text=True, check=False)  # noqa: S603
    return frozenset(listed.stdout.split("\n")[1:]) - {""}


def read(image: Image.Image) -> Read:
    """Return the words of an image, in French where the model is there.

    Raises:
        OSError: the program failed.
    """
    language = next((wanted for wanted in WANTED if wanted in languages()), "eng")
    sent = io.BytesIO()
    image.convert("L").save(sent, "PPM")
    ran = subprocess.run(  # noqa: S603 - our own words; the image goes through a pipe
        [shutil.which("tesseract") or "tesseract", "-", "-", "-l", language, "--psm", "3", "--dpi", "300", "tsv"],
        input=sent.getvalue(),
        capture_output=True,
        check=False,
    )
    if ran.returncode:
        raise OSError("Tesseract failed: is its French model whole?")
    return _read(ran.stdout.decode("utf-8", "replace"), *image.size)


def _read(table: str, width: int, height: int) -> Read:
    lines: dict[tuple[str, ...], list[Word]] = {}
    for row in csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE):
        if row["level"] != A_WORD or not row["text"].strip():
            continue
        word = Word(
            text=row["text"],
            left=int(row["left"]) / width,
            top=int(row["top"]) / height,
            width=int(row["width"]) / width,
            height=int(row["height"]) / height,
            confidence=float(row["conf"]) / 100,
        )
        lines.setdefault((row["block_num"], row["par_num"], row["line_num"]), []).append(word)
    text, words = joined(list(lines.values()))
    return Read(text=text, words=words)
