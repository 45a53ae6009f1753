"""What every page is given of shifts: the one its reader is on, and the instructions its reader has not read."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Right
from quietude.portal.shifts.duty import own_shift, unread_by
from quietude.portal.shifts.instructions import note_reading
from quietude.portal.shifts.models import Instruction


def on_duty(request: HttpRequest) -> dict[str, Any]:
    """Return the reader's shift, and what is unread where a page shows it."""
    user = getattr(request, "user", None)
    if not isinstance(user, User) or not user.holds(Right.READ_LOGBOOK):
        return {"present_shift": None, "unread_instructions": ()}
    return {"present_shift": own_shift(user), "unread_instructions": SimpleLazyObject(lambda: _unread(user))}


def _unread(user: User) -> list[Instruction]:
    found = list(unread_by(user, timezone.now()))
    note_reading(user, found)
    return found
