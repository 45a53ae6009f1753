"""Files of a situation: report, after-action report, CAP message; figures over many situations."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from quietude.journal.api import Kind
from quietude.portal.accounts.access import Right, requires, user_of
from quietude.portal.alarms.models import World
from quietude.portal.journal.recording import Act, note
from quietude.portal.situations.after import figures_of
from quietude.portal.situations.cap import cap_of
from quietude.portal.situations.forms import language
from quietude.portal.situations.papers import after_action_of, report_of, span_said
from quietude.portal.situations.reading import evidence_of, items_of, one_situation, rows_of
from quietude.portal.situations.timeline import time_line
from quietude.portal.situations.verbs import reading_as

FORMS = {
    "report": ("application/pdf", "pdf"),
    "after": ("application/pdf", "pdf"),
    "cap": ("application/cap+xml; charset=utf-8", "xml"),
}
PERIODS = {"30": 30, "90": 90, "365": 365}


@require_GET
@requires(Right.EXPORT)
def file(request: HttpRequest, key: str, form: str) -> HttpResponse:
    """Give a situation as a file, of what the reader may see; noted in the journal first."""
    situation = one_situation(key)
    if situation is None or form not in FORMS or not user_of(request).holds(Right.SEE_SITUATIONS):
        raise Http404
    media, ending = FORMS[form]
    detail = {"act": "situation_file", "situation": key, "form": form}
    note(Act(kind=Kind.COMMUNICATE, who=f"user:{user_of(request).pk}", detail=detail))
    content = cap_of(situation, language()) if form == "cap" else _paper(request, key, form)
    answer = HttpResponse(content, content_type=media)
    answer.headers["Content-Disposition"] = f'attachment; filename="{key}-{form}.{ending}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _paper(request: HttpRequest, key: str, form: str) -> bytes:
    now, reader, spoken = timezone.now(), reading_as(request), language()
    situation = one_situation(key)
    if situation is None:
        raise Http404
    items = items_of(situation, reader, now, spoken)
    (row,) = rows_of([situation], now, spoken)
    moments = time_line(situation, items, evidence_of(items, reader, now, spoken), row.walk, spoken)
    make = after_action_of if form == "after" else report_of
    return make(row, items, moments, now, spoken)


@require_GET
@requires(Right.SEE_SITUATIONS)
def figures(request: HttpRequest) -> HttpResponse:
    """Show how long situations took, by kind and step."""
    asked = request.GET.get("days", "90")
    days = PERIODS.get(asked, 90)
    world = World.EXERCISE if request.GET.get("world") == World.EXERCISE else World.REAL
    until = timezone.now()
    found = figures_of(until - timedelta(days=days), until, language(), world=world)
    given: dict[str, Any] = {
        "figures": [
            {
                "of": each,
                "start": span_said(each.start_median),
                "resolve": span_said(each.resolve_median),
                "p90": span_said(each.resolve_p90),
                "steps": [(step, span_said(step.median)) for step in each.steps],
            }
            for each in found
        ],
        "days": days,
        "periods": PERIODS.values(),
        "world": world,
        "worlds": World.choices,
    }
    return render(request, "situations/figures.html", given)
