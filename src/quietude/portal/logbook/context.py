"""What every page is given of follow-ups: how many wait for its reader."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Right
from quietude.portal.logbook.todo import Counted, Person
from quietude.portal.rights.standing import standing_in


def to_do(request: HttpRequest) -> dict[str, Any]:
    """Return how many follow-ups wait; counted where a page shows it."""
    user = getattr(request, "user", None)
    if not isinstance(user, User) or not user.holds(Right.WRITE_LOGBOOK):
        return {"follow_ups_to_do": None}
    return {"follow_ups_to_do": SimpleLazyObject(lambda: _counted(request, user))}


def _counted(request: HttpRequest, user: User) -> Counted:
    now = timezone.now()
    return Person.of(user, standing_in(request), now).counted(now)
