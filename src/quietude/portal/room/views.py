"""Pages of the room: the screen itself, its board as data, and what is near an alarm."""

from __future__ import annotations

from typing import Any

import orjson
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from quietude.model.event import SEVERITIES
from quietude.portal.accounts.access import Right, requires, user_of
from quietude.portal.alarms.forms import ShelveForm
from quietude.portal.alarms.reading import one_alarm
from quietude.portal.explore.places import bounds
from quietude.portal.facts.views import small_ground
from quietude.portal.rights.standing import viewer_of
from quietude.portal.room.asking import PANES, Asked, service_choices, zone_choices
from quietude.portal.room.board import board_of
from quietude.portal.room.live import key_of, name_of
from quietude.portal.room.near import Around, nearby
from quietude.portal.town import current_town
from quietude.portal.ui.words import SEVERITIES as SEVERITY_WORDS


def _language() -> str:
    return (get_language() or "fr")[:2]


@require_GET
@requires(Right.SEE_ALARMS)
def page(request: HttpRequest) -> HttpResponse:
    """Show the room, or one pane of it in a window of its own."""
    asked, pane = Asked.of(request.GET), request.GET.get("pane", "")
    given = {
        "asked": asked,
        "pane": pane if pane in PANES else "",
        "panes": PANES,
        "config": _config(request, asked),
        "zones": zone_choices(),
        "services": service_choices(_language()),
        "severities": [(level, SEVERITY_WORDS[level]) for level in SEVERITIES],
        "shelve_form": ShelveForm(),
        "may_take": user_of(request).holds(Right.TAKE_ALARMS) and not asked.is_wall,
    }
    return render(request, "room/page.html", given)


def _config(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    """Return what the screen's script needs that stays the same (`Config` in web/src/islands/room/types.ts)."""
    return {
        "stream": reverse("room:stream"),
        "board": reverse("room:board"),
        "near": reverse("room:near", args=["KEY"]),
        "acts": {
            "take": reverse("alarms:take"),
            "shelve": reverse("alarms:shelve"),
            "undo": reverse("alarms:undo", args=["ACT"]),
        },
        "ground": small_ground(),
        "bounds": bounds(current_town().territory),
        "wall": asked.is_wall,
        "takes": user_of(request).holds(Right.TAKE_ALARMS) and not asked.is_wall,
        "start": reverse("situations:start") if user_of(request).holds(Right.HANDLE_SITUATIONS) else "",
        "severities": [str(SEVERITY_WORDS[level]) for level in SEVERITIES],
        "timezone": current_town().timezone,
    }


@require_GET
@requires(Right.SEE_ALARMS, answers="data")
def board(request: HttpRequest) -> HttpResponse:
    """Return all parts of the board, once: for a screen whose stream does not open."""
    made = board_of(key_of(request), timezone.now())
    known = name_of({name: part.digest for name, part in made.items()})
    content = {"known": known, **{name: orjson.Fragment(part.content) for name, part in made.items()}}
    return HttpResponse(orjson.dumps(content), content_type="application/json", headers={"Cache-Control": "no-store"})


@require_GET
@requires(Right.SEE_ALARMS, answers="data")
def near(request: HttpRequest, key: str) -> JsonResponse:
    """Return what else happened near an alarm and just before it."""
    viewer = viewer_of(request)
    shown = one_alarm(viewer, key, timezone.now(), _language())
    if shown is None:
        raise Http404
    around = Around.of(request.GET.get("radius", ""), request.GET.get("minutes", ""))
    answer = JsonResponse(nearby(viewer, shown.alarm, around, _language()))
    answer.headers["Cache-Control"] = "no-store"
    return answer
