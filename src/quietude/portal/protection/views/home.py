"""The overview: what the data-protection officer has to do today."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from quietude.keeping.api import faults_of
from quietude.portal.accounts.access import Right, requires, user_of
from quietude.portal.protection import breaches, durations
from quietude.portal.protection.journal import note_read
from quietude.portal.protection.models import Breach, Disposal, Hold, PersonRequest
from quietude.portal.protection.views.register import current_register


@requires(Right.PROTECT_DATA)
def home(request: HttpRequest) -> HttpResponse:
    """Show clocks that run, requests that wait, what is past its term, and the way to the acts in the journal."""
    note_read(request, "what waits: breaches, requests, the last elimination")
    now = timezone.now()
    running = Breach.objects.filter(closed_at__isnull=True)
    planned = durations.planned(durations.today())
    context = {
        "breaches": [(breach, breaches.clock_of(breach, now)) for breach in running],
        "requests": PersonRequest.objects.filter(closed_at__isnull=True),
        "today": durations.today(),
        "due": planned.total,
        "held": planned.held,
        "holds": Hold.objects.filter(lifted_at__isnull=True).count(),
        "last": Disposal.objects.first(),
        "faults": len(faults_of(current_register())),
        "may_read_journal": user_of(request).holds(Right.READ_JOURNAL),
    }
    return render(request, "protection/home.html", context)
