"""Persons' requests: entered, looked up, answered by an access file, a rectification, a restriction, an erasure."""

from __future__ import annotations

import json
from collections.abc import Sequence

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from quietude.keeping.api import DisposalError, Found, restricted_facts
from quietude.portal.accounts.access import Right, requires, user_of
from quietude.portal.accounts.asking import prove, proves_identity
from quietude.portal.journal.proving import current_state
from quietude.portal.protection import durations, rights
from quietude.portal.protection.evidence import evidence_of
from quietude.portal.protection.forms import PersonForm, RequestForm
from quietude.portal.protection.journal import note_read
from quietude.portal.protection.models import PersonRequest
from quietude.portal.protection.traces import is_left
from quietude.portal.protection.views.register import download
from quietude.portal.protection.words import place_words
from quietude.portal.town import current_store, current_town

_DULL = frozenset(
    {"id", "source", "time_precision", "received_at", "category_by", "category_confidence", "status", "origin", "day"}
    | {"accuracy_m", "located_by", "located_score", "regime", "reality", "hour_of_week", "retain_until", "reported_at"}
    | {"occurred_to", "next_month", "severity", "lon_deg", "lat_deg"}
)
"""What a fact holds that tells an officer nothing of the person; the access file has it all."""
GRAVE = frozenset({"json", "html", "erase", "restrict", "rectify"})
"""Acts on what was found: all but the search."""
SHOWN = 200  # requests on the page; older ones have left by their term


@requires(Right.PROTECT_DATA)
def requests(request: HttpRequest) -> HttpResponse:
    """List the requests, enter a new one, and show the facts that are restricted."""
    form = RequestForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = rights.open_request(user_of(request), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error.messages[0])
        else:
            return redirect("protection:request", request_id=made.pk)
    note_read(request, "requests of persons")
    context = {
        "form": form,
        "requests": PersonRequest.objects.all()[:SHOWN],
        "today": durations.today(),
        "restricted": restricted_facts(current_store()),
    }
    return render(request, "protection/requests.html", context)


@requires(Right.PROTECT_DATA)
def one_request(request: HttpRequest, request_id: int) -> HttpResponse:
    """Show one request; a search shows all that is kept about the person, to be chosen from and acted on."""
    made = get_object_or_404(PersonRequest, pk=request_id)
    act = request.POST.get("act")
    if act is None:
        note_read(request, f"request {made.reference}")
        return _page(request, made, PersonForm())
    if act in GRAVE:
        prove(request)
    form = PersonForm(request.POST)
    if not form.is_valid():
        note_read(request, f"request {made.reference}")
        return _page(request, made, form)
    asked = form.asked()
    found = rights.look(user_of(request), made, asked)
    chosen = found if act == "search" else _chosen(request, found)
    try:
        if act in {"json", "html"}:
            return _file(request, made, chosen, form, act)
        if act in {"erase", "restrict", "rectify"}:
            return _act(request, made, chosen, form, act)
    except DisposalError as error:
        messages.error(request, str(error))
    return _page(request, made, form, found)


@requires(Right.PROTECT_DATA)
@require_POST
def close(request: HttpRequest, request_id: int) -> HttpResponse:
    """Close a request with the answer that was given."""
    made = get_object_or_404(PersonRequest, pk=request_id)
    try:
        rights.close_request(user_of(request), made, request.POST.get("answer", ""))
    except DisposalError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The request is closed."))
    return redirect("protection:request", request_id=request_id)


@requires(Right.PROTECT_DATA)
@require_POST
@proves_identity
def lift(request: HttpRequest) -> HttpResponse:
    """Show a restricted fact again."""
    try:
        rights.lift_restriction(user_of(request), request.POST.getlist("uid"), request.POST.get("reason", ""))
    except DisposalError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The restriction is lifted."))
    return redirect("protection:requests")


@requires(Right.PROTECT_DATA)
def proof(request: HttpRequest, request_id: int) -> HttpResponse:
    """Show what proves that a person was erased, to be printed: acts, counts, lines of the journal; no name."""
    made = get_object_or_404(PersonRequest, pk=request_id)
    context = {"made": made, "evidence": evidence_of(made), "state": current_state(), "town": current_town()}
    return render(request, "protection/proof.html", context)


def _page(
    request: HttpRequest, made: PersonRequest, form: PersonForm, found: Sequence[Found] | None = None
) -> HttpResponse:
    rows = [
        {
            "key": _key(each),
            "place": place_words(each.place),
            "source": each.source,
            "content": [(name, value) for name, value in each.content.items() if name not in _DULL],
            "is_left": is_left(each),
        }
        for each in found or ()
    ]
    context = {
        "made": made,
        "form": form,
        "found": rows,
        "is_searched": found is not None,
        "today": durations.today(),
        "evidence": evidence_of(made),
    }
    return render(request, "protection/request.html", context)


def _key(found: Found) -> str:
    return f"{found.place}|{found.key}"


def _chosen(request: HttpRequest, found: Sequence[Found]) -> tuple[Found, ...]:
    wanted = set(request.POST.getlist("chosen"))
    return tuple(each for each in found if _key(each) in wanted)


def _file(
    request: HttpRequest, made: PersonRequest, chosen: Sequence[Found], form: PersonForm, act: str
) -> HttpResponse:
    if not chosen:
        raise DisposalError(_("Nothing was done: choose at least one entry."))
    file = rights.access_file(user_of(request), made, chosen, form.third_parties())
    name = f"access-{made.pk}.{act}"
    if act == "json":
        return download(json.dumps(file, ensure_ascii=False, indent=2), "application/json", name)
    return download(render_to_string("protection/access_file.html", {"file": file}, request), "text/html", name)


def _act(
    request: HttpRequest, made: PersonRequest, chosen: Sequence[Found], form: PersonForm, act: str
) -> HttpResponse:
    by, reason = user_of(request), form.cleaned_data["reason"]
    if act == "erase":
        letters = rights.erase_person(by, made, chosen, form.asked(), reason)
        said = _("Erased, everywhere and for ever.")
    elif act == "restrict":
        letters = rights.restrict_person(by, made, chosen, reason)
        said = _("Restricted: kept, and shown to no one.")
    else:
        letters = rights.rectify_person(by, made, chosen, reason, form.corrections())
        said = _("Rectified: later imports leave it so.")
    left = [place_words(each.place) for each in chosen if act == "erase" and is_left(each)]
    again = rights.look(by, made, form.asked()) if act == "erase" else None
    context = {
        "made": made,
        "letters": letters,
        "said": said,
        "left": left,
        "count": len(chosen),
        "is_erased": act == "erase",
        "still": len(again) if again is not None else None,
    }
    return render(request, "protection/done.html", context)
