"""Office documents, web pages and plain texts by kreuzberg."""

from __future__ import annotations

from typing import Any

from kreuzberg import ExtractionConfig, KreuzbergError, extract_bytes_sync

from quietude.documents.extracted import ExtractionError

ENCODINGS = ("utf-8-sig", "cp1252")  # what is no UTF-8 in a French town is Windows
MARKS = (b"\xff\xfe", b"\xfe\xff")


def text_of(content: bytes, media_type: str) -> tuple[str, dict[str, Any]]:
    """Return the text, and what the file says of itself.

    Raises:
        ExtractionError: it can't be read.
    """
    config = ExtractionConfig(use_cache=False, output_format="plain")
    try:
        found = extract_bytes_sync(content, media_type, config)
    except KreuzbergError as problem:
        said = str(problem).lower()
        raise ExtractionError("encrypted" if "password" in said or "encrypt" in said else "unreadable") from None
    return found.content.strip(), dict(found.metadata)


def plain_text(content: bytes) -> str:
    """Return a plain text, whatever its encoding."""
    if content.startswith(MARKS):
        return content.decode("utf-16", "replace")
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")
