"""What people did in situations, as lines of the room's log: who, which situation, which act; nothing they wrote of it.

A situation's title is shown, as in the pane of situations; what was said of an act stands on the situation's page.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext

from quietude.portal.notifications.models import Dispatch
from quietude.portal.notifications.notice import Said
from quietude.portal.room.asking import Asked
from quietude.portal.situations.models import LogLine, Situation
from quietude.portal.situations.timeline import said_of_step

MOST = 60
What = LogLine.What
ICONS = {
    What.OPENED: "siren", What.STARTED: "user-check", What.RESOLVED: "circle-check", What.CLOSED: "lock",
    What.REOPENED: "rotate-ccw", What.CHANGED: "pencil", What.ATTACHED: "link", What.DETACHED: "undo-2",
    What.NOTED: "message-square", What.MERGED: "link", What.SPLIT: "copy", What.STEP_DONE: "list-checks",
    What.STEP_SKIPPED: "triangle-alert", What.SKIP_SEEN: "eye", What.TASK_GIVEN: "clipboard-list",
    What.TASK_DONE: "clipboard-list", What.TASK_DROPPED: "ban", What.UNIT: "car-front", What.DRAWN: "map-pin",
    What.RUBBED_OUT: "map-pin-off", What.SHARED: "external-link", What.REVOKED: "ban",
    What.OPENED_BY_PARTNER: "eye", What.UNDONE: "undo-2",
}  # fmt: skip
_STEPS = frozenset({What.STEP_DONE, What.STEP_SKIPPED, What.SKIP_SEEN})


def lines(asked: Asked, since: datetime, language: str) -> list[dict[str, Any]]:
    """Return the newest acts and messages of a view's situations; a service keeps none of them out.

    The caller has asked whether the reader may see situations.
    """
    recent = LogLine.objects.filter(at__gt=since, situation__priority__gte=asked.severity_from)
    done = [
        line
        for line in recent.select_related("situation__edition", "by").order_by("-pk")[:MOST]
        if _is_in(line.situation, asked)
    ]
    return [_act(line, asked, language) for line in done] + _messages(asked, since, language)


def _is_in(situation: Situation, asked: Asked) -> bool:
    level, _colon, code = asked.zone.partition(":")
    return not code or situation.zones.get(level) == code


def _act(line: LogLine, asked: Asked, language: str) -> dict[str, Any]:
    what = str(line.get_what_display())
    if line.what in _STEPS:
        what = f"{what} · {said_of_step(line.situation, line.ref, language)}"
    elif line.what == What.UNIT and line.ref and not asked.is_wall:
        what = f"{what} · {line.ref}"
    by = "" if asked.is_wall or line.by is None else str(line.by)
    return _line(line.situation, asked, language) | {
        "id": f"situation-act:{line.pk}",
        "at": line.at.isoformat(),
        "icon": ICONS[What(line.what)],
        "where": what,
        "source": by,
    }


def _messages(asked: Asked, since: datetime, language: str) -> list[dict[str, Any]]:
    """Return what somebody was told of situations; whom and whether it came stands on the situation's page."""
    found = Dispatch.objects.filter(subject=Dispatch.Subject.SITUATION, at__gt=since).order_by("-pk")
    told = list(found[:MOST])
    of = _by_key((each.subject_key for each in told), asked)
    return [
        _line(of[each.subject_key], asked, language)
        | {
            "id": f"situation-message:{each.pk}",
            "at": each.at.isoformat(),
            "icon": "bell-off" if each.found_nobody else "send",
            "where": _said(each),
            "source": "",
        }
        for each in told
        if each.subject_key in of
    ]


def _by_key(keys: Iterable[str], asked: Asked) -> dict[str, Situation]:
    found = Situation.objects.filter(key__in=set(keys), priority__gte=asked.severity_from).select_related("edition")
    return {each.key: each for each in found if _is_in(each, asked)}


def _said(told: Dispatch) -> str:
    if told.found_nobody:
        return gettext("message: nobody could be told")
    return {
        Said.ASSIGNED: gettext("message: a task was given"),
        Said.STEP_SKIPPED: gettext("message: a mandatory step was left out"),
    }.get(Said(told.content["said"]), gettext("message: it begins"))


def _line(situation: Situation, asked: Asked, language: str) -> dict[str, Any]:
    title = situation.edition.kind.title.say(language) if asked.is_wall else situation.title
    return {
        "kind": "act",
        "severity": situation.priority,
        "title": f"{situation.key} · {title}",
        "exercise": situation.is_exercise,
        "point": None,
        "url": "" if asked.is_wall else reverse("situations:page", args=[situation.key]),
    }
