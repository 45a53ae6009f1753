"""Names of documents as other systems spell them."""

from __future__ import annotations

import mimetypes
import unicodedata

TYPES = {
    ".md": "text/markdown",
    ".eml": "message/rfc822",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".odp": "application/vnd.oasis.opendocument.presentation",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
"""Endings that machines without a table of types do not know."""
NAME_LENGTH = 200  # characters; a file system takes 255 bytes


def shown_name(text: str) -> str:
    """Return a name to show: the last part of a path, composed (NFC), without control signs."""
    last = unicodedata.normalize("NFC", text).replace("\\", "/").rstrip("/").rpartition("/")[2]
    clean = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C").strip()
    return clean[:NAME_LENGTH] if clean not in {"", ".", ".."} else "document"


def media_type_of(name: str, stated: str = "") -> str:
    """Return the type that a place states, or else the one that the name's ending suggests."""
    told = stated.partition(";")[0].strip().lower()
    if told and told not in {"application/octet-stream", "binary/octet-stream"}:
        return told
    ending = "." + name.lower().rpartition(".")[2]
    return TYPES.get(ending) or mimetypes.guess_type(name, strict=False)[0] or "application/octet-stream"


def is_plain(path: str) -> bool:
    """Tell whether a path with slashes stays within its root."""
    parts = path.split("/")
    return bool(path) and not any(part in {"", ".", ".."} for part in parts) and "\0" not in path and "\\" not in path
