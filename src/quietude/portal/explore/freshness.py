"""Fresh or not modified: answers are named by the state of the facts and the rights of the reader, never shared."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags

from quietude.model.viewer import Grant, Viewer

CACHE_CONTROL = "private, no-cache"
"""One browser may keep the answer, and asks each time whether it still holds: a withdrawn right acts at once."""


STATED = "private, max-age=60"
"""For an address that names the state of the facts and the reader's rights: it holds for a minute unasked."""


def rights_of(viewer: Viewer) -> str:
    """Return a name of what a viewer may read, equal for two viewers only if they see the same facts and columns."""
    grants = sorted(_said(grant) for grant in viewer.grants)
    counted = sorted(_said(grant) for grant in viewer.counted)
    return hashlib.sha256(repr((grants, counted, viewer.least)).encode()).hexdigest()[:16]


def _said(grant: Grant) -> str:
    regimes = sorted(regime.value for regime in grant.regimes)
    return repr((grant.rows, grant.ceiling.value, regimes, sorted(grant.masked)))


def name_answer(*parts: object) -> str:
    """Return the strong ETag of an answer made of these parts."""
    return f'"{hashlib.sha256(repr(parts).encode()).hexdigest()[:32]}"'


def answer_if_new(
    request: HttpRequest, name: str, make: Callable[[], HttpResponse], *, holds: str = CACHE_CONTROL
) -> HttpResponseBase:
    """Answer "not modified" when the browser already holds the answer of that name; else make it."""
    held = parse_etags(request.headers.get("If-None-Match", ""))
    response: HttpResponse = HttpResponseNotModified() if name in held or "*" in held else make()
    response.headers["ETag"] = name
    response.headers["Cache-Control"] = holds
    patch_vary_headers(response, ("Cookie", "Accept-Language"))
    return response
