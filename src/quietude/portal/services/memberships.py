"""The page of one person's services: join, leave, choose the main one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from quietude.portal.accounts.access import Right, requires, user_of
from quietude.portal.accounts.asking import proves_identity
from quietude.portal.accounts.forms import refuse
from quietude.portal.accounts.models import User
from quietude.portal.services import actions
from quietude.portal.services.forms import JoinForm, LastDayForm
from quietude.portal.services.models import Membership
from quietude.portal.services.views import language
from quietude.portal.town import town_day


@requires(Right.MANAGE_USERS)
@proves_identity
def of_person(request: HttpRequest, username: str) -> HttpResponse:
    """Show which services a person belongs and belonged to; join one more."""
    person = get_object_or_404(User, username=username)
    today = town_day(timezone.now())
    form = JoinForm(request.POST or None, instance=Membership(person=person), initial={"since": today})
    if request.method == "POST" and form.is_valid():
        try:
            actions.join(user_of(request), form.save(commit=False))
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, gettext("The person belongs to the service from that day on."))
            return redirect("services:of_person", username=username)
    held = person.memberships.select_related("service")
    shown = {
        "form": form,
        "account": person,
        "rows": [_row(membership) for membership in held],
        "today": today,
    }
    return render(request, "services/of_person.html", shown, status=400 if form.errors else 200)


def _row(membership: Membership) -> dict[str, Any]:
    today = town_day(timezone.now())
    is_over = membership.until is not None and membership.until < today
    return {
        "membership": membership,
        "name": membership.service.say(language()),
        "holds": membership.holds(today),
        "is_over": is_over,
        "is_cancelled": membership.until is not None and membership.until < membership.since,
        "is_to_come": not is_over and membership.since > today,
    }


@requires(Right.MANAGE_USERS)
@require_POST
@proves_identity
def change(request: HttpRequest, username: str, key: int) -> HttpResponse:
    """End a membership, or make its service the person's main one."""
    membership = get_object_or_404(Membership, pk=key, person__username=username)
    if request.POST.get("act") == "main":
        actions.make_main(user_of(request), membership)
        messages.success(request, gettext("This is the main service now."))
        return redirect("services:of_person", username=username)
    form = LastDayForm(request.POST)
    if not form.is_valid():
        messages.error(request, gettext("Give the last day, such as 2026-11-30. Nothing was changed."))
        return redirect("services:of_person", username=username)
    try:
        actions.leave(user_of(request), membership, form.cleaned_data["last_day"])
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, gettext("It ends after that day; a day that is past ends it at once."))
    return redirect("services:of_person", username=username)
