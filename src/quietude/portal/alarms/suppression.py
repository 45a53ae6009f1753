"""The page of what is set aside by design: planned events and works, rules out of service."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_GET, require_POST

from quietude.portal.accounts.access import Right, requires, user_of
from quietude.portal.accounts.forms import refuse
from quietude.portal.alarms import suppressing
from quietude.portal.alarms.forms import OutageForm, SuppressionForm
from quietude.portal.alarms.ground import rule_titles
from quietude.portal.alarms.models import RuleOutage, Suppression
from quietude.portal.town import town_day, town_midnight
from quietude.portal.works.reading import works_on

LISTED = timedelta(days=31)
"""Works that begin within this are offered: as far ahead as anything is suppressed."""
MANY_DIGITS = 18


@require_GET
@requires(Right.SEE_ALARMS)
def page(request: HttpRequest) -> HttpResponse:
    """Show what is set aside by design now and to come."""
    return _page(request, blank=_form_for(request.GET.get("works", "")))


@require_POST
@requires(Right.SUPPRESS_ALARMS)
def planned(request: HttpRequest) -> HttpResponse:
    """Suppress alarms during a planned event or works."""
    form, now = SuppressionForm(request.POST), timezone.now()
    if _done(form, lambda: suppressing.plan(user_of(request), form.save(commit=False), now)):
        messages.success(request, gettext("These alarms do not ring meanwhile. It ends by itself."))
        return redirect("alarms:suppression")
    return _page(request, form=form)


@require_POST
@requires(Right.SUPPRESS_ALARMS)
def plan_ended(request: HttpRequest, key: int) -> HttpResponse:
    """End a suppression now."""
    suppressing.end_plan(user_of(request), get_object_or_404(Suppression, pk=key), timezone.now())
    messages.success(request, gettext("It is over: what still holds rings again."))
    return redirect("alarms:suppression")


@require_POST
@requires(Right.SUPPRESS_ALARMS)
def taken_out(request: HttpRequest) -> HttpResponse:
    """Take a rule out of service."""
    form, now = OutageForm(request.POST), timezone.now()
    if _done(form, lambda: suppressing.take_out(user_of(request), form.save(commit=False), now)):
        messages.success(request, gettext("The rule is out of service. It comes back by itself."))
        return redirect("alarms:suppression")
    return _page(request, outage_form=form)


@require_POST
@requires(Right.SUPPRESS_ALARMS)
def put_back(request: HttpRequest, key: int) -> HttpResponse:
    """Put a rule back in service now."""
    suppressing.put_back(user_of(request), get_object_or_404(RuleOutage, pk=key), timezone.now())
    messages.success(request, gettext("The rule is in service again."))
    return redirect("alarms:suppression")


def _done(form: SuppressionForm | OutageForm, act: Callable[[], object]) -> bool:
    """Tell whether an act was done; its refusals are shown in the form."""
    if not form.is_valid():
        return False
    try:
        act()
    except ValidationError as error:
        refuse(form, error)
        return False
    return True


def _form_for(named: str) -> SuppressionForm:
    """Return the form, filled with planned works where some are named: the rules are chosen by whoever suppresses."""
    now = timezone.now()
    today = town_day(now)
    pk = int(named) if named.isdecimal() and len(named) < MANY_DIGITS else 0
    works = works_on(today, today + LISTED).filter(pk=pk).first()
    if works is None:
        return SuppressionForm()
    begins = max(now, town_midnight(works.first_day))
    ends = min(town_midnight(works.last_day + timedelta(days=1)), begins + suppressing.LONGEST)
    given = {"reason": works.title, "zones": works.zones, "begins_at": begins, "ends_at": ends}
    return SuppressionForm(initial=given)


def _page(
    request: HttpRequest,
    *,
    form: SuppressionForm | None = None,
    outage_form: OutageForm | None = None,
    blank: SuppressionForm | None = None,
) -> HttpResponse:
    now = timezone.now()
    blank = blank or SuppressionForm()
    titles, zones = rule_titles(get_language() or "fr"), dict(blank.fields["zones"].choices)  # type: ignore[attr-defined]  # a choice field
    plans = Suppression.objects.filter(ends_at__gt=now).select_related("made_by")
    outages = RuleOutage.objects.filter(ends_at__gt=now).select_related("made_by")
    given = {
        "plans": [
            (each, [titles.get(name, name) for name in each.rules], [zones.get(zone, zone) for zone in each.zones],
             each.begins_at <= now)
            for each in plans
        ],
        "works": works_on(town_day(now), town_day(now) + LISTED),
        "outages": [(each, titles.get(each.rule, each.rule)) for each in outages],
        "may_suppress": user_of(request).holds(Right.SUPPRESS_ALARMS),
        "form": form or blank,
        "outage_form": outage_form or OutageForm(),
        "now": now,
    }  # fmt: skip
    is_refused = form is not None or outage_form is not None
    return render(request, "alarms/suppression.html", given, status=400 if is_refused else 200)
