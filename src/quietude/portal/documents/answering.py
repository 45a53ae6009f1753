"""Sends files and pictures of documents so that a browser can do nothing with them but show or keep them."""

from __future__ import annotations

import re
from urllib.parse import quote

from django.http import HttpResponse

from quietude.portal.documents.judging import ENDINGS
from quietude.portal.uploads.answering import SANDBOX


def answer_with_stored(content: bytes, media_type: str, name: str) -> HttpResponse:
    """Return the answer that sends a file to be kept, never opened in the portal's own name."""
    response = HttpResponse(content, content_type=media_type)
    stem = re.sub(r"[^\w .,-]+", "-", name.rpartition(".")[0] or name).strip(" .-")[:80] or "document"
    whole = f"{stem}.{ENDINGS[media_type]}"
    plain = whole.encode("ascii", "replace").decode().replace("?", "-")
    response.headers["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(whole)}"
    return _closed(response)


def answer_with_picture(content: bytes) -> HttpResponse:
    """Return the answer that sends the picture of a page, which the portal made itself."""
    return _closed(HttpResponse(content, content_type="image/webp"))


def _closed(response: HttpResponse) -> HttpResponse:
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response
