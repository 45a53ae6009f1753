"""The overview: what the data-protection officer has to do today."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from quietude.keeping.api import faults_of
from quietude.portal.accounts.access import Right, requires
from quietude.portal.journal.words import told_what
from quietude.portal.protection import breaches, durations
from quietude.portal.protection.models import Breach, Disposal, Hold, PersonRequest, ProtectionAct
from quietude.portal.protection.views.register import current_register

ACTS = 15  # the latest ones; the journal has them all


@requires(Right.PROTECT_DATA)
def home(request: HttpRequest) -> HttpResponse:
    """Show clocks that run, requests that wait, what is past its term, and the latest acts."""
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
        "acts": [_shown(act) for act in ProtectionAct.objects.all()[:ACTS]],
    }
    return render(request, "protection/home.html", context)


def _shown(act: ProtectionAct) -> dict[str, Any]:
    return {"act": act, "what": told_what(act.what), "to": told_what(act.to), "motive": told_what(act.motive)}
