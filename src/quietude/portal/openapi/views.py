"""The address of the description."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_GET

from quietude.portal.accounts.access import Right, requires
from quietude.portal.openapi.document import document


@require_GET
@requires(Right.OWN_ACCOUNT, answers="data")
def description(_request: HttpRequest) -> JsonResponse:
    """Return what every address of data takes and answers."""
    return JsonResponse(document())
