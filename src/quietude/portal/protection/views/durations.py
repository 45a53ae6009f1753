"""Durations: what is past its term, its elimination with a visa, legal holds."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from quietude.keeping.api import DisposalError, packages
from quietude.portal.accounts.access import Right, requires, user_of
from quietude.portal.accounts.asking import proves_identity
from quietude.portal.protection import durations as acts
from quietude.portal.protection.forms import HoldForm, VisaForm
from quietude.portal.protection.journal import note_read
from quietude.portal.protection.models import Disposal, Hold
from quietude.portal.protection.words import FATES, place_words

RUNS = 20  # the latest ones


@requires(Right.PROTECT_DATA)
def durations(request: HttpRequest) -> HttpResponse:
    """Show the list to sign, the holds in force, the runs of before and the packages that wait."""
    note_read(request, "legal holds and eliminations")
    planned = acts.planned(acts.today())
    dues = [
        (place_words(due.place), due.source, FATES[due.fate.value], len(due.items), due.held) for due in planned.dues
    ]
    context = {
        "planned": planned,
        "dues": dues,
        "visa": VisaForm(initial={"list_digest": planned.digest, "as_of": planned.as_of}),
        "hold_form": HoldForm(),
        "holds": Hold.objects.all()[:RUNS],
        "runs": Disposal.objects.all()[:RUNS],
        "packages": packages(acts.transfers_folder()),
    }
    return render(request, "protection/durations.html", context)


@requires(Right.PROTECT_DATA)
@require_POST
@proves_identity
def dispose(request: HttpRequest) -> HttpResponse:
    """Make what is on the signed list leave."""
    form = VisaForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Nothing was eliminated: say who decides and why."))
        return redirect("protection:durations")
    try:
        run = acts.dispose(user_of(request), **form.cleaned_data)
    except DisposalError as error:
        messages.error(request, str(error))
        return redirect("protection:durations")
    done = sum(line["done"] for line in run.report["lines"])
    said = ngettext("%(count)d entry has left.", "%(count)d entries have left.", done)
    messages.success(request, said % {"count": done})
    return redirect("protection:disposal", run_id=run.pk)


@requires(Right.PROTECT_DATA)
def disposal(request: HttpRequest, run_id: int) -> HttpResponse:
    """Show the report of one run and its visa."""
    run = get_object_or_404(Disposal, pk=run_id)
    note_read(request, f"disposal {run.pk}")
    lines = [
        (place_words(line["place"]), line["source"], FATES[line["fate"]], line["due"], line["held"], line["done"])
        for line in run.report.get("lines", ())
    ]
    return render(request, "protection/disposal.html", {"run": run, "lines": lines})


@requires(Right.PROTECT_DATA)
@require_POST
def hold(request: HttpRequest) -> HttpResponse:
    """Put a legal hold."""
    form = HoldForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("No hold was put: it has a title and a reason, and covers something."))
        return redirect("protection:durations")
    given = form.cleaned_data
    try:
        acts.hold(user_of(request), **{**given, "uids": given["uids"].split()})
    except DisposalError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The hold is in force."))
    return redirect("protection:durations")


@requires(Right.PROTECT_DATA)
@require_POST
@proves_identity
def release(request: HttpRequest, hold_id: int) -> HttpResponse:
    """Lift a legal hold."""
    try:
        acts.release(user_of(request), get_object_or_404(Hold, pk=hold_id))
    except DisposalError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The hold is lifted: what it kept may leave at the next run."))
    return redirect("protection:durations")
