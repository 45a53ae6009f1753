"""Breaches: the list with its clocks, one breach with its steps, the texts of the notifications."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from quietude.keeping.api import DisposalError
from quietude.portal.accounts.access import Right, requires, user_of
from quietude.portal.accounts.asking import proves_identity
from quietude.portal.protection import breaches as acts
from quietude.portal.protection.forms import BreachForm
from quietude.portal.protection.journal import note_read
from quietude.portal.protection.models import Breach
from quietude.portal.protection.views.register import download, language

NOTIFICATIONS = ("cnil", "persons")


@requires(Right.PROTECT_DATA)
def breaches(request: HttpRequest) -> HttpResponse:
    """List the breaches, open ones first, each with its clock."""
    note_read(request, "breaches")
    now = timezone.now()
    rows = [(breach, acts.clock_of(breach, now)) for breach in Breach.objects.all()]
    return render(request, "protection/breaches.html", {"rows": rows})


@requires(Right.PROTECT_DATA)
def new_breach(request: HttpRequest) -> HttpResponse:
    """Enter a breach: the clock runs from the moment it was found."""
    form = BreachForm(request.POST or None, initial={"found_at": timezone.localtime()})
    if request.method == "POST" and form.is_valid() and _noted(request, form):
        return redirect("protection:breach", breach_id=form.instance.pk)
    return render(request, "protection/breach_new.html", {"form": form})


@requires(Right.PROTECT_DATA)
def breach(request: HttpRequest, breach_id: int) -> HttpResponse:
    """Show one breach: its clock, its steps, what is known, and what to do next."""
    found = get_object_or_404(Breach, pk=breach_id)
    form = BreachForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid() and _noted(request, form):
        messages.success(request, _("Saved."))
        return redirect("protection:breach", breach_id=breach_id)
    note_read(request, f"breach {breach_id}")
    shown = get_object_or_404(Breach, pk=breach_id)
    context = {
        "breach": shown,
        "form": form,
        "clock": acts.clock_of(shown, timezone.now()),
        "steps": acts.steps_of(shown),
        "is_told": shown.risk in acts.TOLD,
    }
    return render(request, "protection/breach.html", context)


@requires(Right.PROTECT_DATA)
@require_POST
@proves_identity
def step(request: HttpRequest, breach_id: int, name: str) -> HttpResponse:
    """Take the next step: the CNIL told, the persons told, closed."""
    found = get_object_or_404(Breach, pk=breach_id)
    by = user_of(request)
    try:
        if name == "cnil":
            acts.tell_cnil(by, found, late_reason=request.POST.get("late_reason", ""))
        elif name == "persons":
            acts.tell_persons(by, found)
        elif name == "close":
            acts.close_breach(by, found)
        else:
            raise Http404
    except DisposalError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Saved."))
    return redirect("protection:breach", breach_id=breach_id)


@requires(Right.PROTECT_DATA)
def notification(request: HttpRequest, breach_id: int, name: str) -> HttpResponse:
    """Give the text of a notification, for the CNIL's form or for a letter to the persons."""
    if name not in NOTIFICATIONS:
        raise Http404
    found = get_object_or_404(Breach, pk=breach_id)
    note_read(request, f"breach {breach_id}: notification {name}")
    text = acts.notification_of(found, name, language())
    if request.GET.get("form") == "md":
        return download(text, "text/markdown", f"breach-{breach_id}-{name}.md")
    return render(request, "protection/notification.html", {"breach": found, "name": name, "text": text})


def _noted(request: HttpRequest, form: BreachForm) -> bool:
    try:
        acts.note_breach(user_of(request), form.instance)
    except DisposalError as error:
        form.add_error(None, str(error))
        return False
    return True
