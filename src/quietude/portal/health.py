"""Signs of life for whoever watches the server: alive, and ready to answer."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from quietude.portal.accounts.access import open_to_all
from quietude.portal.backups import are_well
from quietude.portal.town import current_store, installation
from quietude.store.api import StoreError


@open_to_all("says only that the process answers", answers="data")
@require_safe
def alive(_request: HttpRequest) -> JsonResponse:
    """Answer as long as the process lives."""
    return JsonResponse({"alive": True})


@open_to_all("says which part is not ready, and nothing of what it holds", answers="data")
@require_safe
def ready(_request: HttpRequest) -> JsonResponse:
    """Answer 200 when the database and the store answer, 503 and which does not otherwise.

    `backup` is false when the scheduled ones fail, null where none are; it takes no portal out of service.
    """
    parts = {"database": _database_answers(), "store": _store_answers()}
    backup = are_well(installation(), datetime.now(UTC))
    answer = {"ready": all(parts.values()), **parts, "backup": backup}
    return JsonResponse(answer, status=200 if all(parts.values()) else 503)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _store_answers() -> bool:
    try:
        current_store().stamp()
    except (StoreError, OSError):
        return False
    return True
