"""The HTTP door: a program sends records of a source, and is told once they are on disk."""

from __future__ import annotations

from typing import Any, cast

from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from quietude.portal.accounts.models import ApiToken, Scope
from quietude.portal.accounts.tokens import requires_token
from quietude.portal.flows import inbox
from quietude.sources.api import BodyError, read_body

DOOR = "http"
LINES = "application/x-ndjson"
KINDS = ("application/json", LINES)
RETRY_S = {"Retry-After": "10"}


@require_POST
@requires_token(Scope.RECORDS_WRITE)
def records(request: HttpRequest, source: str) -> JsonResponse:
    """Take records of a source: a JSON object, a list of them, or one a line (`application/x-ndjson`).

    Answered once they are on disk: they will be filed as facts, or set aside with the reason, whatever happens.
    """
    if request.content_type not in KINDS:
        said = gettext("Send JSON: Content-Type application/json, or application/x-ndjson for one object a line.")
        return JsonResponse({"error": said}, status=415)
    try:
        sent = read_body(request.body, is_lines=request.content_type == LINES)
        token: ApiToken = cast("Any", request).token
        kept = inbox.take_in(source, DOOR, sent, sender=f"token:{token.pk}", now=timezone.now())
    except RequestDataTooBig:
        return JsonResponse({"error": gettext("This is more than a megabyte: send fewer records at once.")}, status=413)
    except BodyError as error:
        return JsonResponse({"error": str(error)}, status=400)
    except inbox.NoFlowError:
        said = gettext("No source %(source)s takes records by this door: its manifest says which, under “flow”.")
        return JsonResponse({"error": said % {"source": source}}, status=404)
    except (inbox.FullError, DatabaseError):
        said = gettext("These records were not taken: too much waits, or the disk is full. Keep them, and try again.")
        return JsonResponse({"error": said}, status=503, headers=RETRY_S)
    return JsonResponse({"accepted": kept.records, "delivery": kept.pk})
