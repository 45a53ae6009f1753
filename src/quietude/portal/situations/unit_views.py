"""Pages of units: who is where, doing what; where one is, sent from a telephone."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from quietude.portal.accounts.access import Right, requires, user_of
from quietude.portal.situations.forms import UnitForm
from quietude.portal.situations.models import Unit
from quietude.portal.situations.units import OLD, keep_unit, set_position, set_unit


@requires(Right.SEE_SITUATIONS)
def units(request: HttpRequest) -> HttpResponse:
    """List the units; whoever keeps them adds one."""
    now, user = timezone.now(), user_of(request)
    form = UnitForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        keep_unit(user, now, form.save(commit=False))
        messages.success(request, gettext("The unit is there."))
        return redirect("situations:units")
    found = Unit.objects.filter(withdrawn_at=None).select_related("service", "situation")
    given = {
        "units": [(unit, unit.position_at is None or now - unit.position_at > OLD) for unit in found],
        "statuses": Unit.Status.choices,
        "form": form,
        "now": now,
        "may_handle": user.holds(Right.HANDLE_SITUATIONS),
        "may_keep": user.holds(Right.KEEP_SHEETS),
    }
    return render(request, "situations/units.html", given, status=400 if form.errors else 200)


@require_POST
@requires(Right.HANDLE_SITUATIONS)
def unit(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what a unit does, away from any situation."""
    now, user = timezone.now(), user_of(request)
    try:
        found = set_unit(user, pk, now, status=request.POST.get("status", ""))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, f"{found.code}: {found.get_status_display()}")
    return redirect("situations:units")


@require_POST
@requires(Right.HANDLE_SITUATIONS)
def position(request: HttpRequest, pk: int) -> HttpResponse:
    """Take where a unit is, as its telephone says."""
    try:
        lon, lat = float(request.POST.get("lon", "")), float(request.POST.get("lat", ""))
    except ValueError as error:
        raise Http404 from error
    try:
        found = set_position(user_of(request), pk, timezone.now(), lon_deg=lon, lat_deg=lat)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, gettext("%(unit)s: position noted.") % {"unit": found.code})
    return redirect("situations:units")
