"""Pages of the reader: which purpose one works under, and what one opens on demand."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST

from quietude.portal.accounts.access import Right, requires, user_of
from quietude.portal.rights import actions, glass
from quietude.portal.rights.forms import OpeningForm, ReviewForm
from quietude.portal.rights.models import Opening, Purpose
from quietude.portal.rights.standing import CHOSEN, standing_in


def _back(request: HttpRequest, asked: str) -> str:
    """Return a page of ours to go back to."""
    is_ours = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if asked.startswith("/") and is_ours else "/"


@requires(Right.OWN_ACCOUNT)
@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Work under another purpose from now on, in this session."""
    wanted = request.POST.get("purpose", "")
    standing = standing_in(request)
    purpose = next((each for each in standing.purposes if each.code == wanted), None)
    if purpose is None:
        messages.error(request, gettext("You hold no grant for this purpose now."))
    else:
        request.session[CHOSEN] = purpose.code
        said = gettext("You now work under the purpose “%(purpose)s”.") % {"purpose": purpose.say(_language())}
        messages.success(request, said)
    return redirect(_back(request, request.POST.get("back", "")))


@requires(Right.OPEN_ON_DEMAND)
def opening(request: HttpRequest) -> HttpResponse:
    """Ask for a motive, and open what is closed for the time of a task."""
    standing = standing_in(request)
    if standing.purpose is None:
        raise PermissionDenied
    asked = request.GET.get("kind", Opening.Kind.ON_DEMAND)
    kind = asked if asked in Opening.Kind.values else Opening.Kind.ON_DEMAND
    form = OpeningForm(request.POST or None, initial={"kind": kind, "back": request.GET.get("back", "")})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        kind = said["kind"]
        try:
            opened = actions.open_on_demand(
                user_of(request), standing.purpose, kind=Opening.Kind(kind), motive=said["motive"], words=said["words"]
            )
        except ValidationError as error:
            for name, refusals in error.message_dict.items():
                form.add_error(name, refusals)
        else:
            return _opened(request, opened, said["back"])
    shown = {
        "form": form,
        "back": _back(request, form["back"].value() or ""),  # a link: never one that leads elsewhere
        "is_glass": kind == Opening.Kind.BREAK_GLASS,
        "groups": [group.label for group in sorted(standing.on_demand)],
        "minutes": round((actions.BROKEN_FOR if kind == Opening.Kind.BREAK_GLASS else actions.OPEN_FOR).seconds / 60),
    }
    return render(request, "rights/opening.html", shown, status=400 if form.errors else 200)


def _opened(request: HttpRequest, opened: Opening, back: str) -> HttpResponse:
    if opened.kind == Opening.Kind.BREAK_GLASS:
        glass.tell_supervisors(opened, request.build_absolute_uri(reverse("rights:openings")))
        messages.warning(request, gettext("The glass is broken. Your supervisors see it, and it will be reviewed."))
    else:
        messages.success(request, gettext("Opened. What you read from now on is noted with your motive."))
    return redirect(_back(request, back))


@requires(Right.OPEN_ON_DEMAND)
@require_POST
def close(request: HttpRequest) -> HttpResponse:
    """Close what is open, before its time."""
    found = standing_in(request).opening
    if found is not None:
        actions.close(user_of(request), found)
        messages.success(request, gettext("Closed."))
    return redirect(_back(request, request.POST.get("back", "")))


@requires(Right.OWN_ACCOUNT)
def register(request: HttpRequest) -> HttpResponse:
    """Show the register of purposes."""
    language = _language()
    purposes = [(purpose, purpose.say(language)) for purpose in Purpose.objects.all()]
    return render(request, "rights/register.html", {"purposes": purposes})


@requires(Right.SUPERVISE)
def openings(request: HttpRequest) -> HttpResponse:
    """Show what was opened, broken glass not yet reviewed first."""
    found = Opening.objects.select_related("holder", "purpose")
    waiting = glass.to_judge(user_of(request))
    return render(request, "rights/openings.html", {"waiting": waiting, "others": found[:100]})


@requires(Right.SUPERVISE)
def review(request: HttpRequest, key: int) -> HttpResponse:
    """Judge one opening, with a reason."""
    found = get_object_or_404(Opening.objects.select_related("holder", "purpose"), pk=key)
    form = ReviewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.review(user_of(request), found, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, gettext("Your finding is kept."))
            return redirect("rights:openings")
    return render(request, "rights/review.html", {"form": form, "opening": found}, status=400 if form.errors else 200)


def _language() -> str:
    return (get_language() or "fr")[:2]
