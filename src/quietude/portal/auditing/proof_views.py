"""Pages that prove the journal: checked in the portal, taken away to be checked elsewhere."""

from __future__ import annotations

from importlib.resources import files

from django.conf import settings as configured
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from quietude.journal.api import Kind
from quietude.portal.accounts.access import Right, requires, user_of
from quietude.portal.accounts.asking import proves_identity
from quietude.portal.flowing import flowing
from quietude.portal.journal.proving import UncheckedError, check, current_state, open_copy, parts_of
from quietude.portal.journal.recording import Act, note

SHOWN = 50  # findings on the page: the first say where to look


@requires(Right.READ_JOURNAL)
def proof(request: HttpRequest) -> HttpResponse:
    """Show the journal's signed state; check all of it where asked."""
    outside, verdict, problem = request.POST.get("outside", ""), None, ""
    if request.method == "POST":
        try:
            verdict = check(outside)
        except UncheckedError as error:
            problem = str(error)
        else:
            said = "intact" if verdict.is_intact else f"damaged ({len(verdict.findings)})"
            _note(request, Kind.CONSULT, {"journal": "checked", "lines": str(verdict.size), "found": said})
    shown = {
        "state": current_state(),
        "verdict": verdict,
        "findings": verdict.findings[:SHOWN] if verdict is not None else (),
        "problem": problem,
        "outside": outside,
        "now": timezone.now(),
    }
    return render(request, "journal/proof.html", shown, status=400 if problem else 200)


@requires(Right.READ_JOURNAL)
@require_POST
@proves_identity
def export(request: HttpRequest) -> HttpResponseBase:
    """Send a copy of the journal, which `quietude audit verify --log` or the verifier alone checks anywhere."""
    _note(request, Kind.COMMUNICATE, {"journal": "copy"})
    response = StreamingHttpResponse(flowing(request, parts_of(open_copy())), content_type="application/vnd.sqlite3")
    name = f"journal-{configured.QUIETUDE.town}-{timezone.localdate():%Y-%m-%d}.sqlite3"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_GET
@requires(Right.READ_JOURNAL)
def verifier(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - a view's signature
    """Send the verifier, one file that needs neither the portal nor Django."""
    response = HttpResponse(
        files("quietude.journal").joinpath("verify.py").read_bytes(), content_type="text/x-python; charset=utf-8"
    )
    response.headers["Content-Disposition"] = 'attachment; filename="verify.py"'
    return response


def _note(request: HttpRequest, kind: Kind, detail: dict[str, str]) -> None:
    who = f"user:{user_of(request).pk}"
    to_whom = who if kind is Kind.COMMUNICATE else ""
    note(Act(kind=kind, who=who, purpose="protection", to_whom=to_whom, detail=detail))
