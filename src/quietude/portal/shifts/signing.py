"""Pages of reports: the list, one to be signed, a signed one, its files, one that replaces it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from quietude.portal.accounts.access import Right, requires, user_of
from quietude.portal.accounts.asking import proves_identity
from quietude.portal.rights.standing import standing_in
from quietude.portal.shifts import reports
from quietude.portal.shifts.document import Document, Making
from quietude.portal.shifts.duty import leads
from quietude.portal.shifts.files import FORMS
from quietude.portal.shifts.filling import filled
from quietude.portal.shifts.forms import SignForm, language
from quietude.portal.shifts.models import Report, Shift
from quietude.portal.shifts.report_file import templates
from quietude.portal.shifts.views import reader_in, shift_for

LISTED = 100


@require_GET
@requires(Right.READ_LOGBOOK)
def listed(request: HttpRequest) -> HttpResponse:
    """Show the last reports that exist for the reader."""
    found = reports.readable(user_of(request), standing_in(request))[:LISTED]
    titles = {name: each.title.say(language()) for name, each in templates().items()}
    rows = [(report, titles.get(report.template, report.template), _next(report)) for report in found]
    return render(request, "shifts/reports.html", {"rows": rows})


def _next(report: Report) -> Report | None:
    found: Report | None = getattr(report, "replaced_by", None)
    return found


@requires(Right.WRITE_LOGBOOK)
@proves_identity
def drafting(request: HttpRequest, key: int, name: str) -> HttpResponse:
    """Show what would be signed of a shift, and sign it."""
    if name not in templates():
        raise Http404
    shift = shift_for(user_of(request), key)
    about = request.POST.get("about", request.GET.get("about", ""))[:63]
    return _draft(request, shift, name, about if templates()[name].about == "entry" else "", None)


@requires(Right.WRITE_LOGBOOK)
@proves_identity
def replacing(request: HttpRequest, key: int) -> HttpResponse:
    """Sign a report in the place of another one."""
    before = _readable(request, key)
    if before.template not in templates():
        raise Http404
    if _next(before) is not None:
        messages.error(request, gettext("%(label)s replaces it already.") % {"label": before.replaced_by.label})
        return redirect("shifts:report", key)
    return _draft(request, before.shift, before.template, before.about, before)


def _draft(request: HttpRequest, shift: Shift, name: str, about: str, before: Report | None) -> HttpResponse:
    user, standing = user_of(request), standing_in(request)
    initial = {"word": Document.model_validate(before.content).word if before is not None else shift.word}
    posted = request.POST if request.method == "POST" else None
    form = SignForm(posted, initial=initial, replaces=before is not None)
    word = form.cleaned_data["word"] if posted is not None and form.is_valid() else initial["word"]
    made = reports.making(user, standing, shift, name, language=language(), about=about, word=word)
    if posted is not None and form.is_valid():
        signed = _signed(made, name, form, before)
        if signed is not None:
            messages.success(request, gettext("%(label)s is signed.") % {"label": signed.label})
            return redirect("shifts:report", signed.pk)
    document = made.document()
    shown = {
        "shift": shift, "form": form, "document": document, "about": about, "before": before,
        "parts": filled(document, reader_in(request), language(), what="draft"),
        "is_early": made.template.about == "shift" and shift.is_open,
    }  # fmt: skip
    return render(request, "shifts/draft.html", shown, status=400 if form.errors else 200)


def _signed(made: Making, name: str, form: SignForm, before: Report | None) -> Report | None:
    try:
        return reports.sign(made, name, replaces=before, reason=form.cleaned_data.get("reason", ""))
    except ValidationError as error:
        form.refuse(error)
        return None


def _readable(request: HttpRequest, key: int) -> Report:
    return get_object_or_404(reports.readable(user_of(request), standing_in(request)), pk=key)


@require_GET
@requires(Right.READ_LOGBOOK)
def page(request: HttpRequest, key: int) -> HttpResponse:
    """Show a signed report."""
    report = _readable(request, key)
    document = Document.model_validate(report.content)
    shown: dict[str, Any] = {
        "report": report,
        "document": document,
        "parts": filled(document, reader_in(request), language(), what=report.label),
        "is_untouched": reports.is_untouched(report),
        "after": _next(report),
        "forms": list(FORMS),
        "may_replace": leads(user_of(request), report.shift) and _next(report) is None,
    }
    return render(request, "shifts/report.html", shown)


@require_GET
@requires(Right.EXPORT)
def file(request: HttpRequest, key: int, form: str) -> HttpResponse:
    """Return a signed report as a file; who took it, and in which form, is noted first."""
    if form not in FORMS:
        raise Http404
    report = _readable(request, key)
    if not reports.is_untouched(report):
        raise PermissionDenied(gettext("This report is not what was signed: its digest does not fit. Tell the DPO."))
    document = Document.model_validate(report.content)
    media_type, make = FORMS[form]
    with translation.override(report.language):
        parts = filled(document, reader_in(request), report.language, what=report.label, to_whom=form)
        body = make(document, parts, signed_at=report.signed_at, digest=report.digest)
    return HttpResponse(
        body,
        content_type=media_type,
        headers={"Content-Disposition": f'attachment; filename="{report.label}.{form}"', "Cache-Control": "no-store"},
    )
