"""RapidOCR: models of PaddleOCR that come with the package, no program of the system."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import numpy as np
from PIL import Image
from rapidocr import RapidOCR
from rapidocr.utils.output import RapidOCROutput

from quietude.documents.extracted import Word
from quietude.documents.ocr.lines import Read, joined

SETTINGS = {
    "Global.use_cls": False,  # its test for upside-down lines takes a third of the time and turns right ones
    "Global.log_level": "error",
    "EngineConfig.onnxruntime.intra_op_num_threads": 1,
    "EngineConfig.onnxruntime.enable_cpu_mem_arena": False,  # its arena grows past the limits on memory
}
Line = tuple[str, float, float, float, float, float]


@cache
def _engine() -> RapidOCR:
    return RapidOCR(params=SETTINGS)


def read(image: Image.Image) -> Read:
    """Return the words of an image. The engine gives lines: each is shared out among its words by their letters."""
    found = _engine()(np.asarray(image.convert("RGB")))
    if not isinstance(found, RapidOCROutput) or found.boxes is None or found.txts is None:
        return Read(text="", words=())
    width, height = image.size
    lines: list[Line] = []
    for box, text, score in zip(found.boxes, found.txts, found.scores or (), strict=True):
        corners = np.asarray(box, dtype=float)
        left, top = (float(edge) for edge in corners.min(axis=0))
        right, bottom = (float(edge) for edge in corners.max(axis=0))
        lines.append((text, left / width, top / height, (right - left) / width, (bottom - top) / height, float(score)))
    text, words = joined([_words(line) for row in _rows(lines) for line in row])
    return Read(text=text, words=words)


def _rows(lines: list[Line]) -> list[list[Line]]:
    """Return the lines from top to bottom, those side by side from left to right."""
    ordered = sorted(lines, key=lambda line: line[2] + line[4] / 2)
    rows = [[ordered[0]]] if ordered else []
    for before, line in pairwise(ordered):
        apart = (line[2] + line[4] / 2) - (before[2] + before[4] / 2)
        if apart < min(line[4], before[4]) / 2:
            rows[-1].append(line)
        else:
            rows.append([line])
    return [sorted(row, key=lambda line: line[1]) for row in rows]


def _words(line: Line) -> list[Word]:
    text, left, top, width, height, score = line
    words, at = [], 0
    for word in text.split(" "):
        if word:
            share = width / len(text)
            words.append(
                Word(
                    text=word,
                    left=left + at * share,
                    top=top,
                    width=len(word) * share,
                    height=height,
                    confidence=score,
                )
            )
        at += len(word) + 1
    return words
