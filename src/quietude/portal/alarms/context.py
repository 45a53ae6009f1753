"""What every page is given of alarms: how many ring for its reader, and the exercise under way."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Right
from quietude.portal.alarms.exercises import running
from quietude.portal.alarms.reading import ringing
from quietude.portal.rights.standing import viewer_of
from quietude.portal.town import current_town


def alarms(request: HttpRequest) -> dict[str, Any]:
    """Return how many alarms ring, and the exercise under way; asked where a page shows it."""
    user = getattr(request, "user", None)
    if not isinstance(user, User) or not user.holds(Right.SEE_ALARMS):
        return {"alarms_ringing": None, "exercise": None}
    return {
        "alarms_ringing": SimpleLazyObject(lambda: ringing(viewer_of(request), timezone.now())),
        "exercise": SimpleLazyObject(_exercise),
    }


def _exercise() -> dict[str, Any] | None:
    found = running(timezone.now())
    if found is None:
        return None
    known, language = current_town().sources, get_language() or "fr"
    titles = [known[name].title.say(language) if name in known else name for name in found.sources]
    return {"title": ", ".join(titles), "since": found.since, "speed": found.speed}
