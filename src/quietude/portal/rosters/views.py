"""Pages of duty rosters: who is on call now, where nobody will be; one roster by the week or month."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import models
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from quietude.portal.accounts.access import Right, requires, user_of
from quietude.portal.accounts.forms import refuse
from quietude.portal.rosters import acts
from quietude.portal.rosters.calendar import Shown, gaps_ahead, month_of, week_of
from quietude.portal.rosters.forms import ReplacementForm, RosterForm, TurnForm, zone_choices
from quietude.portal.rosters.models import DAYS, Replacement, Roster, Turn
from quietude.portal.rosters.reading import people_on_call
from quietude.portal.town import town_day

GAPS_SHOWN = 3


@require_GET
@requires(Right.SEE_ALARMS)
def listed(request: HttpRequest) -> HttpResponse:
    """List the rosters: who is on call now, and when nobody will be."""
    now, language = timezone.now(), get_language() or "fr"
    rows = []
    for roster in Roster.objects.select_related("service"):
        missing = gaps_ahead(roster, now)
        rows.append(
            {
                "roster": roster,
                "title": roster.say(language),
                "service": roster.service.say(language),
                "people": people_on_call(roster, now) if roster.is_open else [],
                "gaps": missing[:GAPS_SHOWN],
                "more": max(0, len(missing) - GAPS_SHOWN),
            }
        )
    may_keep = user_of(request).holds(Right.MANAGE_ROSTERS)
    return render(request, "rosters/list.html", {"rows": rows, "may_keep": may_keep})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Right.MANAGE_ROSTERS)
def made(request: HttpRequest) -> HttpResponse:
    """Make a roster."""
    form = RosterForm(request.POST or None)
    if request.method == "POST" and _kept(request, form):
        messages.success(request, gettext("The roster is kept. Say now who is on call when."))
        return redirect("rosters:roster", code=form.instance.code)
    return render(request, "rosters/new.html", {"form": form}, status=400 if form.errors else 200)


@require_GET
@requires(Right.SEE_ALARMS)
def page(request: HttpRequest, code: str) -> HttpResponse:
    """Show who is on call in a week or month, with the turns and exceptions it comes from."""
    return _page(request, get_object_or_404(Roster, code=code))


@require_POST
@requires(Right.MANAGE_ROSTERS)
def changed(request: HttpRequest, code: str) -> HttpResponse:
    """Change what a roster is for."""
    form = RosterForm(request.POST, instance=get_object_or_404(Roster, code=code))
    if _kept(request, form):
        messages.success(request, gettext("The roster is kept."))
        return redirect("rosters:roster", code=code)
    return _page(request, get_object_or_404(Roster, code=code), form=form)


@require_POST
@requires(Right.MANAGE_ROSTERS)
def turn_added(request: HttpRequest, code: str) -> HttpResponse:
    """Give a person hours of each week."""
    roster = get_object_or_404(Roster, code=code)
    form = TurnForm(request.POST, instance=Turn(roster=roster))
    if form.is_valid() and _done(form, lambda: acts.add_turn(user_of(request), form.save(commit=False))):
        messages.success(request, gettext("The hours are in the roster."))
        return redirect("rosters:roster", code=code)
    return _page(request, roster, turn_form=form)


@require_POST
@requires(Right.MANAGE_ROSTERS)
def turn_removed(request: HttpRequest, code: str, key: int) -> HttpResponse:
    """Take a person's hours out."""
    acts.remove_turn(user_of(request), get_object_or_404(Turn, pk=key, roster__code=code))
    messages.success(request, gettext("The hours are out of the roster."))
    return redirect("rosters:roster", code=code)


@require_POST
@requires(Right.MANAGE_ROSTERS)
def replacement_added(request: HttpRequest, code: str) -> HttpResponse:
    """Have somebody stand in, be there besides, or be away."""
    roster = get_object_or_404(Roster, code=code)
    form, now = ReplacementForm(request.POST, instance=Replacement(roster=roster)), timezone.now()
    if form.is_valid() and _done(form, lambda: acts.add_replacement(user_of(request), form.save(commit=False), now)):
        messages.success(request, gettext("The exception is in the roster."))
        return redirect("rosters:roster", code=code)
    return _page(request, roster, replacement_form=form)


@require_POST
@requires(Right.MANAGE_ROSTERS)
def replacement_removed(request: HttpRequest, code: str, key: int) -> HttpResponse:
    """Take an exception back."""
    acts.remove_replacement(user_of(request), get_object_or_404(Replacement, pk=key, roster__code=code))
    messages.success(request, gettext("The exception is out of the roster."))
    return redirect("rosters:roster", code=code)


def _kept(request: HttpRequest, form: RosterForm) -> bool:
    return form.is_valid() and _done(form, lambda: acts.keep_roster(user_of(request), form.save(commit=False)))


def _done(form: ModelForm[Any], act: Any) -> bool:
    """Tell whether an act was done; its refusals are shown in the form."""
    try:
        act()
    except ValidationError as error:
        refuse(form, error)
        return False
    return True


def _shown(request: HttpRequest, roster: Roster) -> Shown:
    try:
        day = parse_date(request.GET.get("day", ""))
    except ValueError:  # well formed, and no day
        day = None
    day = day if day is not None and date(2000, 1, 1) < day < date(2200, 1, 1) else town_day(timezone.now())
    return month_of(roster, day) if request.GET.get("view") == "month" else week_of(roster, day)


def _page(
    request: HttpRequest,
    roster: Roster,
    *,
    form: RosterForm | None = None,
    turn_form: TurnForm | None = None,
    replacement_form: ReplacementForm | None = None,
) -> HttpResponse:
    language, now = get_language() or "fr", timezone.now()
    today = town_day(now)
    may_keep = user_of(request).holds(Right.MANAGE_ROSTERS)
    names = dict(zone_choices())
    days = dict(DAYS)
    turns = [(each, [days[day] for day in each.days]) for each in roster.turns.select_related("person")]
    given: dict[str, Any] = {
        "roster": roster,
        "title": roster.say(language),
        "service": roster.service.say(language),
        "zones": [names.get(zone, zone) for zone in roster.zones],
        "shown": _shown(request, roster),
        "people": people_on_call(roster, now) if roster.is_open else [],
        "gaps": gaps_ahead(roster, now)[: 2 * GAPS_SHOWN],
        "today": today,
        "turns": [(each, said, each.is_over(today)) for each, said in turns],
        "replacements": _replacements(roster),
        "may_keep": may_keep,
    }
    if may_keep:
        begin = Turn(roster=roster, since=today)
        given |= {
            "form": form or RosterForm(instance=roster),
            "turn_form": turn_form or TurnForm(instance=begin),
            "replacement_form": replacement_form or ReplacementForm(instance=Replacement(roster=roster)),
        }
    is_refused = any(each is not None for each in (form, turn_form, replacement_form))
    return render(request, "rosters/roster.html", given, status=400 if is_refused else 200)


def _replacements(roster: Roster) -> models.QuerySet[Replacement]:
    """Return the exceptions that are not over."""
    held = roster.replacements.filter(ends_at__gt=timezone.now()).select_related("person", "replaces")
    return held.order_by("begins_at", "pk")
