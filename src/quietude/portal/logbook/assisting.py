"""What the entry form asks while somebody writes: categories, places, times as they are read; and the quick save."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from quietude.portal.accounts.access import Right, requires, user_of
from quietude.portal.logbook.acts import zones_at
from quietude.portal.logbook.checking import CLOCKS_DIFFER, asks
from quietude.portal.logbook.content import TEXT_MAX
from quietude.portal.logbook.forms import EntryForm, language, proposed_regime, typed_term, usual_severity
from quietude.portal.logbook.learning import offers, proposed
from quietude.portal.logbook.moments import MomentError, moment_of
from quietude.portal.logbook.placing import suggestions, zone_names
from quietude.portal.logbook.radio import lines_in
from quietude.portal.logbook.views import chosen, recent, saved
from quietude.portal.logbook.writers import written_by
from quietude.portal.town import current_town, current_vocabulary
from quietude.sources.api import Logbook

SUGGESTED = 8


@require_POST
@requires(Right.WRITE_LOGBOOK, answers="data")
def save(request: HttpRequest) -> JsonResponse:
    """Write an entry without leaving the form: its number and the key of the next, or what is wrong field by field."""
    _own, logbook = chosen(request)
    form = EntryForm(logbook, request.POST, by=user_of(request))
    entry = saved(request, logbook, form)
    if entry is None:
        errors = {name: [str(each) for each in found] for name, found in form.errors.items()}
        said_all = gettext("Correct what is marked, then save again.")
        return JsonResponse({"error": said_all, "errors": errors}, status=400)
    said = {
        "said": gettext("%(label)s is saved.") % {"label": entry.label},
        "label": entry.label,
        "address": reverse("logbook:entry", args=[entry.logbook, entry.label]),
        "next_key": str(uuid.uuid4()),
    }
    return JsonResponse(said)


@require_GET
@requires(Right.WRITE_LOGBOOK, answers="data")
def last(request: HttpRequest) -> HttpResponse:
    """Return the last entries of a logbook, to refresh the list beside the form."""
    _own, logbook = chosen(request)
    if request.GET.get("kind") == "radio":
        return render(request, "logbook/radio_lines.html", {"lines": lines_in(request, logbook)})
    return render(request, "logbook/last.html", {"recent": recent(request, logbook)})


@require_GET
@requires(Right.WRITE_LOGBOOK, answers="data")
def places(request: HttpRequest) -> JsonResponse:
    """Return the likeliest places for what is typed."""
    found = [
        {
            "label": each.label,
            "lon_deg": round(each.lon_deg, 6),
            "lat_deg": round(each.lat_deg, 6),
            "accuracy_m": round(each.accuracy_m),
            "located_by": each.located_by,
            "is_point": each.score is not None,
            "zones": zone_names(each.zones),
        }
        for each in suggestions(request.GET.get("q", "")[:200])
    ]
    return JsonResponse({"places": found})


@require_GET
@requires(Right.WRITE_LOGBOOK, answers="data")
def point(request: HttpRequest) -> JsonResponse:
    """Return the zones of a point that was put on the map; none outside the town."""
    try:
        lon_deg, lat_deg = float(request.GET.get("lon", "")), float(request.GET.get("lat", ""))
    except ValueError:
        return JsonResponse({"error": gettext("A place needs both longitude and latitude.")}, status=400)
    if not (-180 <= lon_deg <= 180 and -90 <= lat_deg <= 90):
        return JsonResponse({"error": gettext("This point is not on Earth. Put it again.")}, status=400)
    codes = dict(zip(current_town().territory.level_names, zones_at(lon_deg, lat_deg), strict=True))
    return JsonResponse({"zones": zone_names(codes)})


@require_GET
@requires(Right.WRITE_LOGBOOK, answers="data")
def moment(request: HttpRequest) -> JsonResponse:
    """Return how a time is read: "aujourd'hui 14:05"; or that it is not understood, or yet to come.

    With `ahead` it is a term: "jeudi 18/06/2026 10:00".
    """
    typed, now, zone = request.GET.get("q", "")[:40], timezone.now(), ZoneInfo(current_town().timezone)
    if request.GET.get("ahead"):
        return JsonResponse(_term(typed, now))
    try:
        found = moment_of(typed, now=now, timezone=current_town().timezone)
    except MomentError:
        said = gettext("Not understood. Write 14:05, 10 min ago, yesterday 23:00, 24/12 18:30.")
        return JsonResponse({"said": said, "is_wrong": True})
    local = found.astimezone(zone)
    back = (now.astimezone(zone).date() - local.date()).days
    clock = local.strftime("%H:%M")
    said = {0: gettext("today %(clock)s"), 1: gettext("yesterday %(clock)s")}.get(back, f"{local:%d/%m/%Y} %(clock)s")
    is_wrong = found > now + CLOCKS_DIFFER
    return JsonResponse({"said": said % {"clock": clock} + (gettext(": yet to come") if is_wrong else ""),
                         "is_wrong": is_wrong})  # fmt: skip


def _term(typed: str, now: datetime) -> dict[str, Any]:
    try:
        found = typed_term(typed, now)
    except ValidationError as error:
        return {"said": " ".join(error.messages), "is_wrong": True}
    return {"said": date_format(localtime(found), "l d/m/Y H:i") if found is not None else "", "is_wrong": False}


@require_GET
@requires(Right.WRITE_LOGBOOK, answers="data")
def categories(request: HttpRequest) -> JsonResponse:
    """Return the categories whose names, or the service's own words for them, begin like what is typed."""
    typed = " ".join(request.GET.get("q", "")[:120].split())
    logbook = current_town().logbooks.get(request.GET.get("logbook", ""))
    vocabulary = current_vocabulary()
    codes: dict[str, str] = {}
    if logbook is not None and typed:
        for code, words in logbook.words.items():
            named = next((word for word in words if word.casefold().startswith(typed.casefold())), None)
            if named is not None:
                codes[code] = named
    for match in vocabulary.search(typed, language(), 2 * SUGGESTED) if typed else ():
        codes.setdefault(match.term.code, "")
    offered = [code for code in codes if vocabulary.has(code) and (logbook is None or offers(logbook, code))]
    return JsonResponse({"categories": [_category(logbook, code, codes[code]) for code in offered[:SUGGESTED]]})


def every_category(logbook: Logbook) -> list[dict[str, Any]]:
    """Return each category that a logbook takes, as the form knows it, with the service's own words and other names."""
    vocabulary, said = current_vocabulary(), language()
    return [
        _category(logbook, term.code, "")
        | {"own": list(logbook.words.get(term.code, ())), "names": list(term.words(said))}
        for term in vocabulary.terms
        if offers(logbook, term.code)
    ]


@require_POST
@requires(Right.WRITE_LOGBOOK, answers="data")
def suggested(request: HttpRequest) -> JsonResponse:
    """Return the three likeliest categories for the text so far; it is sent in the body, so that no log holds it."""
    own = {logbook.name: logbook for logbook in written_by(user_of(request))}
    logbook = own.get(request.POST.get("logbook", ""))
    codes = proposed(logbook, request.POST.get("text", "")[:TEXT_MAX]) if logbook is not None else []
    return JsonResponse({"categories": [_category(logbook, code, "") for code in codes]})


def _category(logbook: Logbook | None, code: str, words: str) -> dict[str, Any]:
    """Return what the form needs to know of a category: its names, and what goes with it."""
    vocabulary, said = current_vocabulary(), language()
    row: dict[str, Any] = {
        "code": code,
        "label": vocabulary.path_label(code, said),
        "short": vocabulary.label(code, said),
        "words": words,
        "severity": usual_severity(code),
    }
    if logbook is not None:
        row["regime"] = proposed_regime(logbook, code)
        row["template"] = template_of(logbook, code)
        row["fields"] = [field.code for field in logbook.fields if field.categories and asks(field, code)]
    return row


def template_of(logbook: Logbook, code: str) -> str:
    """Return the text that an entry of a category starts with: that of the nearest category above."""
    parts = code.split(".")
    for depth in range(len(parts), 0, -1):
        text = logbook.templates.get(".".join(parts[:depth]))
        if text is not None:
            return text
    return ""
