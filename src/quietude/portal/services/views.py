"""Pages of whoever keeps the town's services: list, one service, closing and reopening."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST

from quietude.portal.accounts.access import Right, requires, user_of
from quietude.portal.accounts.asking import proves_identity
from quietude.portal.accounts.forms import refuse
from quietude.portal.services import actions
from quietude.portal.services.belonging import in_force
from quietude.portal.services.forms import LastDayForm, ServiceForm
from quietude.portal.services.models import Membership, Service
from quietude.portal.town import town_day

DEPTH_MAX = 6  # of what is shown inside each other; a town hall has three


@dataclass(frozen=True, slots=True)
class Line:
    """One service as the list shows it."""

    service: Service
    name: str
    depth: int
    members: int
    is_open: bool


def language() -> str:
    """Return the language of the page."""
    return (get_language() or "fr")[:2]


@requires(Right.MANAGE_USERS)
def services(request: HttpRequest) -> HttpResponse:
    """List the services, each below what it is part of."""
    lines = list(_lines())
    return render(
        request, "services/services.html", {"lines": lines, "open_count": sum(1 for line in lines if line.is_open)}
    )


def _lines() -> Iterator[Line]:
    today = town_day(timezone.now())
    held = Membership.objects.filter(in_force(today), person__is_active=True)
    counts = dict(held.values_list("service").annotate(number=Count("person")))
    parts: dict[int | None, list[Service]] = {}
    for found in sorted(Service.objects.all(), key=lambda each: (not each.is_open(today), each.say(language()))):
        parts.setdefault(found.parent_id, []).append(found)

    def below(parent: int | None, depth: int) -> Iterator[Line]:
        for each in parts.get(parent, ()):
            yield Line(each, each.say(language()), depth, counts.get(each.pk, 0), each.is_open(today))
            yield from below(each.pk, min(depth + 1, DEPTH_MAX))

    yield from below(None, 0)


@requires(Right.MANAGE_USERS)
@proves_identity
def service(request: HttpRequest, code: str = "") -> HttpResponse:
    """Show one service and its members, and change it; make a new one where no code is given."""
    today = town_day(timezone.now())
    kept = get_object_or_404(Service, code=code) if code else None
    form = ServiceForm(request.POST or None, instance=kept, initial={} if kept else {"opened_on": today})
    if request.method == "POST" and form.is_valid():
        try:
            saved = actions.keep_service(user_of(request), form.save(commit=False))
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, gettext("The service is kept."))
            return redirect("services:service", code=saved.code)
    if kept is not None:
        kept.refresh_from_db()  # a refused form has filled it in already
    shown = {
        "form": form,
        "service": kept,
        "name": kept.say(language()) if kept else "",
        "is_open": kept is None or kept.is_open(today),
        "close_form": LastDayForm(initial={"last_day": today}),
        "memberships": kept.memberships.filter(in_force(today)).select_related("person") if kept else (),
    }
    return render(request, "services/service.html", shown, status=400 if form.errors else 200)


@requires(Right.MANAGE_USERS)
@require_POST
@proves_identity
def close(request: HttpRequest, code: str) -> HttpResponse:
    """Close a service after a day."""
    found = get_object_or_404(Service, code=code)
    form = LastDayForm(request.POST)
    if not form.is_valid():
        messages.error(request, gettext("Give the last day, such as 2026-11-30. Nothing was changed."))
        return redirect("services:service", code=code)
    try:
        actions.close_service(user_of(request), found, form.cleaned_data["last_day"])
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, gettext("The service closes after that day. You can reopen it at any time."))
    return redirect("services:service", code=code)


@requires(Right.MANAGE_USERS)
@require_POST
@proves_identity
def reopen(request: HttpRequest, code: str) -> HttpResponse:
    """Open a closed service again."""
    found = get_object_or_404(Service, code=code)
    try:
        actions.reopen_service(user_of(request), found)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, gettext("The service is open again, with those who belonged to it."))
    return redirect("services:service", code=code)
