"""What every page is given of saved searches: whether its reader wants to hear of them in the portal."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Right
from quietude.portal.saved_searches.news import live_searches


def saved(request: HttpRequest) -> dict[str, Any]:
    """Return whether the page listens; asked where a page shows it. What is new is told by the stream alone."""
    user = getattr(request, "user", None)
    if not isinstance(user, User) or not user.holds(Right.EXPLORE):
        return {"hears_searches": False}
    return {"hears_searches": SimpleLazyObject(lambda: bool(live_searches(user)))}
