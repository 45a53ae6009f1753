"""Pages of alarms: the tray, what is set aside, what was; one alarm with all that became of it; acts."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from quietude.portal.accounts.access import Right, requires, user_of
from quietude.portal.alarms import acts
from quietude.portal.alarms.curves import curves_of
from quietude.portal.alarms.forms import AssignForm, SaidForm, ShelveForm
from quietude.portal.alarms.heaps import Heap, heaped
from quietude.portal.alarms.normals import too_little
from quietude.portal.alarms.pulse import stamp
from quietude.portal.alarms.reading import (
    SHOWN_MOST,
    Shown,
    alarms_aside,
    candidates,
    given_to,
    one_alarm,
    past_alarms,
    readable,
    standing_alarms,
    suppressed_alarms,
)
from quietude.portal.alarms.rule_files import faulty
from quietude.portal.alarms.suppressing import rules_out
from quietude.portal.notifications.models import Message
from quietude.portal.rights.standing import viewer_of

TABS = {
    "now": (_("Now"), "a"),
    "mine": (_("Mine"), "i"),
    "candidates": (_("Candidates"), "c"),
    "aside": (_("Set aside"), "s"),
    "suppressed": (_("Suppressed"), "u"),
    "past": (_("Last 24 hours"), "h"),
}
LISTS: dict[str, Callable[..., list[Shown]]] = {
    "now": standing_alarms,
    "mine": standing_alarms,
    "suppressed": suppressed_alarms,
    "candidates": candidates,
    "aside": alarms_aside,
    "past": past_alarms,
}


def _language() -> str:
    return get_language() or "fr"


def _listed(request: HttpRequest) -> dict[str, Any]:
    """Return what the tray shows of one tab."""
    asked = request.GET.get("show", "now")
    tab = asked if asked in LISTS else "now"
    now = timezone.now()
    among = {"among": given_to(user_of(request), now)} if tab == "mine" else {}
    shown = LISTS[tab](viewer_of(request), now, _language(), **among)
    ringing = sum(each.is_ringing for each in shown) if tab == "now" else None
    first = shown[:SHOWN_MOST]
    return {
        "tab": tab,
        "alarms": first,
        "heaps": heaped(first) if tab in {"now", "mine"} else [Heap((each,)) for each in first],
        "ringing": ringing,
        "is_cut": len(shown) > SHOWN_MOST,
        "stamp": stamp(),
        "now": now,
        "may_take": user_of(request).holds(Right.TAKE_ALARMS),
        "may_suppress": user_of(request).holds(Right.SUPPRESS_ALARMS),
        "shelve_form": ShelveForm(),
        "assign_form": AssignForm(),
        "exercises": any(each.is_exercise for each in shown),
        "rules_out": len(rules_out(now)),
    }


@require_GET
@requires(Right.SEE_ALARMS)
def tray(request: HttpRequest) -> HttpResponse:
    """Show the alarms that stand, the ringing first."""
    tabs = [(name, label, key) for name, (label, key) in TABS.items()]
    supervises = user_of(request).holds(Right.SUPERVISE)
    faults = {"faulty": faulty(), "too_little": too_little()} if supervises else {}
    return render(request, "alarms/tray.html", {"tabs": tabs, **faults, **_listed(request)})


@require_GET
@requires(Right.SEE_ALARMS, answers="data")
def part(request: HttpRequest) -> HttpResponse:
    """Return the list of the tray alone, for a page that is open."""
    answer = render(request, "alarms/list.html", _listed(request))
    answer.headers["Cache-Control"] = "no-store"
    return answer


@require_GET
@requires(Right.SEE_ALARMS)
def page(request: HttpRequest, key: str) -> HttpResponse:
    """Show one alarm: what it rests on, what became of it, what to do."""
    now = timezone.now()
    shown = one_alarm(viewer_of(request), key, now, _language())
    if shown is None:
        raise Http404
    steps = shown.alarm.steps.select_related("by")
    given = {
        "curves": curves_of(viewer_of(request), shown.alarm, now),
        "shown": shown,
        "steps": steps,
        "now": now,
        "may_take": user_of(request).holds(Right.TAKE_ALARMS),
        "shelve_form": ShelveForm(),
        "said_form": SaidForm(),
        "assign_form": AssignForm(),
        "was_told": _was_told(request, key) and shown.is_ringing,
    }
    return render(request, "alarms/alarm.html", given)


@require_POST
@requires(Right.TAKE_ALARMS)
def take(request: HttpRequest) -> HttpResponse:
    """Take the chosen alarms."""
    said = request.POST.get("said", "")
    try:
        done = acts.acknowledge(user_of(request), _chosen(request), timezone.now(), said=said)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(_back(request))
    return _told(request, done, ngettext("%(n)d alarm taken.", "%(n)d alarms taken.", len(done.changed)))


@require_POST
@requires(Right.TAKE_ALARMS)
def resetting(request: HttpRequest) -> HttpResponse:
    """End the chosen alarms that stay until somebody does."""
    done = acts.reset(user_of(request), _chosen(request), timezone.now())
    return _told(request, done, ngettext("%(n)d alarm reset.", "%(n)d alarms reset.", len(done.changed)))


@require_POST
@requires(Right.TAKE_ALARMS)
def shelving(request: HttpRequest) -> HttpResponse:
    """Set the chosen alarms aside for a while."""
    form, now = ShelveForm(request.POST), timezone.now()
    if not form.is_valid():
        if _wants_json(request):
            return JsonResponse({"error": " ".join(str(each) for each in form.errors.values())}, status=400)
        for faults in form.errors.values():
            messages.error(request, " ".join(map(str, faults)))
        return redirect(_back(request))
    done = acts.shelve(user_of(request), _chosen(request), now, until=form.until(now), said=form.cleaned_data["said"])
    return _told(request, done, ngettext("%(n)d alarm set aside.", "%(n)d alarms set aside.", len(done.changed)))


@require_POST
@requires(Right.TAKE_ALARMS)
def unshelving(request: HttpRequest) -> HttpResponse:
    """Take the chosen alarms back from aside."""
    done = acts.unshelve(user_of(request), _chosen(request), timezone.now())
    return _told(request, done, ngettext("%(n)d alarm is back.", "%(n)d alarms are back.", len(done.changed)))


@require_POST
@requires(Right.TAKE_ALARMS)
def commenting(request: HttpRequest) -> HttpResponse:
    """Say something about the chosen alarms."""
    try:
        done = acts.comment(user_of(request), _chosen(request), timezone.now(), said=request.POST.get("said", ""))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(_back(request))
    return _told(request, done, ngettext("Said of %(n)d alarm.", "Said of %(n)d alarms.", len(done.changed)))


@require_POST
@requires(Right.TAKE_ALARMS)
def assigning(request: HttpRequest) -> HttpResponse:
    """Give the chosen alarms to a person or a service, or take them back."""
    form = AssignForm(request.POST)
    if not form.is_valid():
        messages.error(request, gettext("There is no such person or service."))
        return redirect(_back(request))
    done = acts.assign(user_of(request), _chosen(request), timezone.now(), to=form.whom())
    return _told(request, done, ngettext("%(n)d alarm given.", "%(n)d alarms given.", len(done.changed)))


@require_POST
@requires(Right.TAKE_ALARMS)
def undoing(request: HttpRequest, act: str) -> HttpResponse:
    """Undo one's last act."""
    try:
        count = acts.undo(user_of(request), uuid.UUID(act), timezone.now())
    except ValueError as error:
        raise Http404 from error
    if _wants_json(request):
        return JsonResponse({"changed": count})
    if count:
        messages.success(request, ngettext("Undone for %(n)d alarm.", "Undone for %(n)d alarms.", count) % {"n": count})
    else:
        messages.warning(request, gettext("Nothing was undone: something else became of these alarms since."))
    return redirect(_back(request))


def _was_told(request: HttpRequest, key: str) -> bool:
    """Tell whether the reader was told of an alarm by a message."""
    told = Message.objects.filter(person=user_of(request), dispatch__subject_key=key)
    return told.filter(state=Message.State.SENT).exists()


def _chosen(request: HttpRequest) -> Sequence[str]:
    """Return the chosen alarms, but for those that are not the reader's to see."""
    return readable(viewer_of(request), request.POST.getlist("alarm"))


def _told(request: HttpRequest, done: acts.Done, said: str) -> HttpResponse:
    if _wants_json(request):
        counts = {"changed": len(done.changed), "refused": len(done.refused)}
        return JsonResponse(counts | {"act": str(done.act), "said": said % {"n": len(done.changed)}})
    if done.changed:
        way = reverse("alarms:undo", args=[done.act])
        messages.success(request, said % {"n": len(done.changed)}, extra_tags=f"undo:{way}")
    if done.refused:
        many = ngettext(
            "%(n)d alarm was left as it is: somebody was quicker, or it is over.",
            "%(n)d alarms were left as they are: somebody was quicker, or they are over.",
            len(done.refused),
        )
        messages.warning(request, many % {"n": len(done.refused)})
    if not done.changed and not done.refused:
        messages.warning(request, gettext("No alarm was chosen."))
    return redirect(_back(request))


def _wants_json(request: HttpRequest) -> bool:
    """Tell whether a script asks, which shows what became of it in its own way."""
    return "application/json" in request.headers.get("Accept", "")


def _back(request: HttpRequest) -> str:
    back = request.POST.get("back", "")
    is_ours = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return back if is_ours and back.startswith("/") else reverse("alarms:tray")
