"""The page of the load of alarms, and its numbers as a file."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from quietude.portal.accounts.access import Right, requires
from quietude.portal.alarm_rules.drawing import columns
from quietude.portal.alarm_rules.load_reading import (
    ADVICE_DAYS,
    PERIODS,
    Measured,
    advice,
    aside,
    by_day,
    by_service,
    by_zone,
    indicators,
    measured,
)
from quietude.portal.alarm_rules.views import language
from quietude.portal.alarms.models import World
from quietude.portal.rights.standing import viewer_of
from quietude.portal.town import installation

ZONE_MAX, SERVICE_MAX = 120, 40
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet read a text as a formula (OWASP, CSV injection)."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which alarms a page is about."""

    days: int
    world: World
    zone: str
    service: str


def asked_in(request: HttpRequest) -> Asked:
    """Return what an address asks: `days`, `world`, `zone`, `service`; real alarms of thirty days at first."""
    days = request.GET.get("days", "30")
    world = World.EXERCISE if request.GET.get("world") == World.EXERCISE else World.REAL
    zone = request.GET.get("zone", "")[:ZONE_MAX]
    return Asked(int(days) if days in PERIODS else 30, world, zone, request.GET.get("service", "")[:SERVICE_MAX])


@require_GET
@requires(Right.TUNE_ALARMS)
def load(request: HttpRequest) -> HttpResponse:
    """Show what alarms ask of those who take them, against the standard; which rule to tune, where asked."""
    asked, viewer = asked_in(request), viewer_of(request)
    found = _measured(request, asked)
    may_advise = asked.days <= ADVICE_DAYS and asked.world is World.REAL
    days = by_day(found)
    wants_advice = may_advise and "advice" in request.GET
    everything = measured(viewer, found.until, asked.days, asked.world) if asked.zone or asked.service else found
    given: dict[str, Any] = {
        "asked": asked,
        "found": found,
        "periods": [(int(code), label) for code, label in PERIODS.items()],
        "zones": by_zone(everything, language()),
        "services": by_service(everything, language()),
        "indicators": indicators(found.load),
        "aside": aside(found),
        "days": days,
        "drawn": columns([count for _, count in days]),
        "operators": installation().alarm_operators,
        "may_advise": may_advise,
        "advice": advice(viewer, found) if wants_advice else None,
        "query": request.GET.urlencode(),
    }
    return render(request, "alarm_rules/load.html", given)


@require_GET
@requires(Right.TUNE_ALARMS)
def exported(request: HttpRequest) -> HttpResponse:
    """Hand over the indicators and the rules that ring most, as CSV."""
    asked = asked_in(request)
    found = _measured(request, asked)
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow([gettext("Indicator"), gettext("Value"), gettext("Unit"), gettext("Threshold")])
    for each in indicators(found.load):
        rows.writerow([_safe(each.label), round(each.value, 3), each.unit, _safe(each.threshold)])
    for label, count in aside(found):
        rows.writerow([_safe(label), count, "", ""])
    for level, count in found.load.priorities.items():
        rows.writerow([gettext("Severity %(level)d") % {"level": level}, count, "", ""])
    for actor in found.load.actors:
        rows.writerow([_safe(actor.rule), actor.alarms, "", ""])
    for day, count in by_day(found):
        rows.writerow([day.isoformat(), count, "", ""])
    response = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="alarm-load.csv"'
    return response


def _measured(request: HttpRequest, asked: Asked) -> Measured:
    return measured(viewer_of(request), timezone.now(), asked.days, asked.world, zone=asked.zone, service=asked.service)


def _safe(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text
