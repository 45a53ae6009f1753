"""The register of authorisations of algorithmic video: read by all, kept by whoever tunes alarms."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

import orjson
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from quietude.portal.accounts.access import Right, open_to_all, requires, user_of
from quietude.portal.accounts.forms import refuse
from quietude.portal.accounts.models import User
from quietude.portal.town import current_ledger, current_town
from quietude.portal.video_gate import acts
from quietude.portal.video_gate.forms import AuthorisationForm
from quietude.portal.video_gate.maps import map_of
from quietude.portal.video_gate.models import Authorisation
from quietude.video.api import Refusal, event_labels

REPORTS = 200
LIVE = ("in_force", "to_come")
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet read a text as a formula (OWASP, CSV injection)."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the register."""

    kept: Authorisation
    places: tuple[str, ...]
    """Names of zones and drawn areas; none for the whole town."""
    events: tuple[str, ...]
    state: str
    """to_come, in_force, ended or withdrawn."""


@require_GET
@requires(Right.OWN_ACCOUNT)
def register(request: HttpRequest) -> HttpResponse:
    """Show every authorisation, and how many alerts were refused for want of one."""
    user = user_of(request)
    given = {"rows": _rows(), "refused": _refused(), "may_keep": user.holds(Right.TUNE_ALARMS)}
    return render(request, "video_gate/register.html", given)


@require_safe
@open_to_all("whoever is filmed may know what is authorised: no account, no camera's name and no reason is shown")
def public(request: HttpRequest) -> HttpResponse:
    """Show to anybody what is and was authorised: the act, where, which events, from when until when."""
    protection, rows = current_town().protection, _rows()
    given = {
        "layout": "base.html" if isinstance(request.user, User) else "entrance.html",
        "officer": protection.officer if protection is not None else "",
        "rows": rows,
        "map": map_of([row.kept for row in rows if row.state in LIVE], is_open=True),
        "has_places": any(row.places for row in rows if row.state in LIVE),
    }
    return render(request, "video_gate/public.html", given)


@require_http_methods(["GET", "POST"])
@requires(Right.TUNE_ALARMS)
def new(request: HttpRequest) -> HttpResponse:
    """Keep a new authorisation."""
    form = AuthorisationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            acts.keep(user_of(request), form.authorisation(), timezone.now())
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, gettext("The authorisation is kept, and stands in the register."))
            return redirect("video_gate:register")
    given = {"form": form, "map": map_of([], is_open=False)}
    return render(request, "video_gate/new.html", given, status=400 if form.errors else 200)


@require_POST
@requires(Right.TUNE_ALARMS)
def withdrawing(request: HttpRequest, key: int) -> HttpResponse:
    """Withdraw an authorisation."""
    found = get_object_or_404(Authorisation, pk=key)
    try:
        acts.withdraw(user_of(request), found, said=request.POST.get("said", ""), now=timezone.now())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, gettext("It is withdrawn: nothing goes through by it any more."))
    return redirect("video_gate:register")


@require_GET
@requires(Right.OWN_ACCOUNT)
def exported(_request: HttpRequest) -> HttpResponse:
    """Hand over the register as CSV, to be published: no account is named."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(["legal_text", "places", "areas", "cameras", "events", "from", "until", "withdrawn"])
    for row in _rows():
        kept = row.kept
        withdrawn = kept.withdrawn_at.isoformat() if kept.withdrawn_at is not None else ""
        cameras = " ".join(kept.cameras)
        areas = orjson.dumps(kept.areas).decode() if kept.areas else ""
        said = [kept.legal_text, ", ".join(row.places), areas, cameras, " ".join(kept.events)]
        moments = [kept.since.isoformat(), kept.until.isoformat(), withdrawn]
        rows.writerow([f"'{text}" if text.startswith(FORMULA) else text for text in said] + moments)
    response = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="video-authorisations.csv"'
    return response


def _rows() -> list[Row]:
    language, now = get_language() or "fr", timezone.now()
    which = "en" if language.startswith("en") else "fr"
    found = []
    for kept in Authorisation.objects.all():
        state = "to_come" if now < kept.since else "ended" if now >= kept.until else "in_force"
        state = "withdrawn" if kept.withdrawn_at is not None else state
        events = tuple(event_labels()[event][which] for event in kept.events if event in event_labels())
        found.append(Row(kept, tuple(kept.places_said()), events, state))
    return found


def _refused() -> int:
    """Return how many alerts the last reports of video sources refused at the gate."""
    names = {name for name, manifest in current_town().sources.items() if manifest.map.video is not None}
    reports = [each for each in current_ledger().reports(limit=REPORTS) if each.source in names] if names else []
    return sum(each.quarantined_by_reason.get(reason.value, 0) for each in reports for reason in Refusal)
