"""What is answered when the journal cannot be written: nothing was done, and what to do."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext

from quietude.portal.accounts.access import wants_data
from quietude.portal.journal.recording import JournalUnavailableError

LOG = logging.getLogger("quietude.journal")
GetResponse = Callable[[HttpRequest], HttpResponseBase]


class JournalMiddleware:
    """Turns an act that could not be noted into an answer that says so."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on."""
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer for a journal that cannot be written; other exceptions are not ours."""
        if not isinstance(exception, JournalUnavailableError):
            return None
        LOG.error("the journal cannot be written: %s", exception)
        said = gettext(
            "This cannot be shown or done now: the journal of acts cannot be written, and nothing is done without it. "
            "Nothing was changed. Tell whoever runs the portal: the disk may be full."
        )
        shown: dict[str, Any] = {"said": said}
        if wants_data(request):
            return JsonResponse({"error": said}, status=503)
        return render(request, "journal/unavailable.html", shown, status=503)
