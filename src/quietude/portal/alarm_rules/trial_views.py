"""Pages of a trial: how far it is, what it says, and the proposal that follows from it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from quietude.alarms.api import moment_at
from quietude.model.filter.question import Filter
from quietude.model.filter.url import to_query
from quietude.model.viewer import Viewer
from quietude.portal.accounts.access import Right, requires, user_of
from quietude.portal.alarm_editions import acts as edition_acts
from quietude.portal.alarm_editions.models import Edition
from quietude.portal.alarm_rules import acts
from quietude.portal.alarm_rules.drawing import columns
from quietude.portal.alarm_rules.edit_views import usual_days
from quietude.portal.alarm_rules.models import Trial
from quietude.portal.alarm_rules.views import found_rule, language
from quietude.portal.alarm_rules.words import day_names
from quietude.portal.alarms.reading import about, is_series, listable
from quietude.portal.rights.standing import viewer_of
from quietude.portal.town import installation
from quietude.sources.api import ManifestError


@require_GET
@requires(Right.TUNE_ALARMS)
def trial(request: HttpRequest, key: int) -> HttpResponse:
    """Show one's own trial; the part alone while it is under way, for a page that is open."""
    found = get_object_or_404(Trial, pk=key, asked_by=user_of(request))
    given: dict[str, Any] = {"trial": found, "operators": installation().alarm_operators}
    if found.result is not None:
        given |= _said(found, viewer_of(request))
    is_part = "HX-Request" in request.headers
    return render(request, "alarm_rules/trial_body.html" if is_part else "alarm_rules/trial.html", given)


@require_POST
@requires(Right.TUNE_ALARMS)
def stopping(request: HttpRequest, key: int) -> HttpResponse:
    """Stop one's own trial."""
    found = get_object_or_404(Trial, pk=key, asked_by=user_of(request))
    if acts.stop(user_of(request), found):
        messages.success(request, gettext("The trial is stopped. Nothing was changed."))
    return redirect("alarm_rules:trial", key=key)


@require_POST
@requires(Right.TUNE_ALARMS)
def proposing(request: HttpRequest, key: int) -> HttpResponse:
    """Propose the text that was tried; one that rings on everything is refused."""
    found = get_object_or_404(Trial, pk=key, asked_by=user_of(request), state=Trial.State.DONE)
    if found.result is None or found.result["everything"]:
        messages.error(request, gettext("A rule that rings on everything tells nothing: narrow it first."))
        return redirect("alarm_rules:trial", key=key)
    reason = request.POST.get("reason", "")
    try:
        edition_acts.propose(user_of(request), found.name, found.text, reason=reason, now=timezone.now())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("alarm_rules:trial", key=key)
    except ManifestError as error:
        messages.error(request, error.faults[0].message)
        return redirect("alarm_rules:trial", key=key)
    messages.success(request, gettext("Proposed. It holds once somebody else has accepted it."))
    return redirect("alarm_rules:rule", name=found.name)


@require_POST
@requires(Right.TUNE_ALARMS)
def trying_edition(request: HttpRequest, key: int) -> HttpResponse:
    """Try an edition, as whoever reviews it does: on the facts of their own view."""
    edition = get_object_or_404(Edition, pk=key)
    return _tried(request, edition.name, edition.text)


@require_POST
@requires(Right.TUNE_ALARMS)
def returning(request: HttpRequest, name: str) -> HttpResponse:
    """Try a former edition, or the town's file (0), before it is proposed again; propose to withdraw the rule.

    What was quiet a year ago may ring on everything by now: a return is tried as any other text.
    """
    held, number = found_rule(name), request.POST.get("edition", "")
    if number == "none":
        return _withdrawn(request, name)
    text = ""
    if number == "0":
        text = held.file_text or ""
    elif number.isdecimal() and len(number) < 10:  # what a database's number holds
        text = get_object_or_404(Edition, name=name, number=int(number)).text
    if not text:
        raise Http404
    if text == held.text:
        messages.error(request, gettext("This is the text that holds already: nothing would change."))
        return redirect("alarm_rules:rule", name=name)
    return _tried(request, name, text)


def _tried(request: HttpRequest, name: str, text: str) -> HttpResponse:
    purpose = viewer_of(request).purpose or ""
    try:
        found = acts.ask(user_of(request), name, text, usual_days(), purpose=purpose, now=timezone.now())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    except ManifestError as error:
        messages.error(request, error.faults[0].message)
    else:
        return redirect("alarm_rules:trial", key=found.pk)
    return redirect("alarm_rules:rule", name=name)


def _withdrawn(request: HttpRequest, name: str) -> HttpResponse:
    try:
        edition_acts.propose(
            user_of(request), name, "", reason=request.POST.get("reason", ""), now=timezone.now()
        )  # fmt: skip
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, gettext("Proposed. It holds once somebody else has accepted it."))
    return redirect("alarm_rules:rule", name=name)


def _said(found: Trial, viewer: Viewer) -> dict[str, Any]:
    result = found.result or {}
    names = [name for _, name in day_names()]
    nights = [(name, rate) for name, rate in zip(names, result["nights"], strict=True) if rate >= 0]
    weeks = [(date.fromisoformat(week), now, was) for week, now, was in result["weeks"]]
    return {
        "result": result,
        "nights": nights,
        "worst_night": max(nights, key=lambda each: each[1], default=None),
        "weeks": weeks,
        "drawn": columns([now for _, now, _ in weeks]),
        "listed": _alarms(result["listed"], result["by"], viewer),
        "more": _alarms(result["more"], result["by"], viewer),
        "fewer": _alarms(result["fewer"], result["former_by"], viewer),
    }


def _alarms(listed: list[dict[str, Any]], by: str, viewer: Viewer) -> list[dict[str, Any]]:
    """Return the alarms of a trial of whose facts each is the reader's to list still."""
    mine = listable(viewer, [name for each in listed for name in each["named"]])
    return [
        {
            "began": moment_at(each["began"]),
            "ended": moment_at(each["ended"]) if each["ended"] is not None else None,
            "about": about(each["group"], by, language()),
            "facts": each["facts"],
            "address": _address(each["named"]),
        }
        for each in listed
        if viewer.grants and mine.issuperset(each["named"])
    ]


def _address(named: list[str]) -> str:
    """Return where what an alarm rests on is seen: its facts, or the one series that it names."""
    facts = tuple(name for name in named if not is_series(name))
    if facts:
        return f"{reverse('explore:page')}?{urlencode(to_query(Filter(ids=facts)), doseq=True)}"
    if len(named) == 1:
        return reverse("measures:one", args=named[0].split("/", 2))
    return ""
