"""What every page is given of alarms: how many ring for its reader."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Right
from quietude.portal.alarms.reading import ringing
from quietude.portal.rights.standing import viewer_of


def alarms(request: HttpRequest) -> dict[str, Any]:
    """Return how many alarms ring; counted where a page shows it."""
    user = getattr(request, "user", None)
    if not isinstance(user, User) or not user.holds(Right.SEE_ALARMS):
        return {"alarms_ringing": None}
    return {"alarms_ringing": SimpleLazyObject(lambda: ringing(viewer_of(request), timezone.now()))}
