"""Sends a kept file back so that a browser can do nothing with it but show or keep it."""

from __future__ import annotations

import re
from urllib.parse import quote

from django.http import HttpResponse

from quietude.portal.uploads.judging import ENDINGS, Kind

SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'"


def answer_with(content: bytes, kind: Kind, name: str) -> HttpResponse:
    """Return the answer of the one view that sends a file; the view's own right says who may have it.

    The type is the judged one, never guessed again; the file is to be kept, not opened in the portal's own name; and
    where a browser opens it all the same, it may run nothing (`Content-Security-Policy: sandbox`).
    """
    response = HttpResponse(content, content_type=kind.value)
    shown = re.sub(r"[^\w .,-]+", "-", name.rpartition(".")[0] or name).strip(" .-")[:80] or "file"
    whole = f"{shown}.{ENDINGS[kind]}"
    plain = whole.encode("ascii", "replace").decode().replace("?", "-")
    response.headers["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(whole)}"
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response
