"""How what was read passes from the worker to whoever asked: JSON, a word as six values."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson

from quietude.documents.extracted import Extracted, Page, Word

ANSWER = "answer"
ARCHIVED = "archived.pdf"


def _word(word: Word) -> list[object]:
    return [
        word.text,
        round(word.left, 4),
        round(word.top, 4),
        round(word.width, 4),
        round(word.height, 4),
        None if word.confidence is None else round(word.confidence, 2),
    ]


def written(extracted: Extracted) -> bytes:
    """Return JSON for `extracted_of`; places are rounded to a ten-thousandth of the page."""
    pages = [{**asdict(page), "words": [_word(word) for word in page.words]} for page in extracted.pages]
    plain = {name: getattr(extracted, name) for name in Extracted.__slots__ if name not in {"pages", "archived"}}
    return orjson.dumps({**plain, "pages": pages, "archived": extracted.archived is not None})


def extracted_of(read: dict[str, Any], work_dir: Path) -> Extracted:
    """Return what `written` wrote."""
    pages = tuple(
        Page(
            **{
                **page,
                "words": tuple(
                    Word(text=text, left=left, top=top, width=width, height=height, confidence=confidence)
                    for text, left, top, width, height, confidence in page["words"]
                ),
            }
        )
        for page in read.pop("pages")
    )
    archived = work_dir / ARCHIVED if read.pop("archived") else None
    return Extracted(**{**read, "warnings": tuple(read["warnings"])}, pages=pages, archived=archived)
