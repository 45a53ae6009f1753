"""The way to the official statement about an entry: {% statements_of entry %}."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.translation import get_language

from quietude.portal.accounts.access import user_of
from quietude.portal.logbook.models import Entry
from quietude.portal.rights.standing import standing_in
from quietude.portal.shifts.duty import leads, logbooks_of
from quietude.portal.shifts.models import OVERTIME, Report, Shift
from quietude.portal.shifts.report_file import templates
from quietude.portal.shifts.reports import readable

register = template.Library()
NEAR_MAX = 20  # shifts of all services that lasted at one moment


@register.inclusion_tag("shifts/statements.html", takes_context=True)
def statements_of(context: Context, entry: Entry) -> dict[str, Any]:
    """Show the statements that were signed about an entry and, to whoever answers for its shift, where to sign one."""
    request = context["request"]
    user = user_of(request)
    said = (get_language() or "fr")[:2]
    names = {name: each.title.say(said) for name, each in templates().items() if each.about == "entry"}
    reports = readable(user, standing_in(request)).filter(about=entry.label, template__in=names)
    signed: list[Report] = list(reports.select_related("signed_by"))
    ways = [
        (f"{reverse('shifts:sign', args=[shift.pk, name])}?about={entry.label}", title)
        for shift in _shifts_of(entry)
        if not entry.is_struck and leads(user, shift)
        for name, title in names.items()
        if not any(report.template == name and report.shift_id == shift.pk for report in signed)
    ]
    return {"signed": [(report, names[report.template]) for report in signed], "ways": ways}


def _shifts_of(entry: Entry) -> list[Shift]:
    """Return the shifts that an entry belongs to: of a service that keeps its logbook, while they lasted."""
    lasted = Shift.objects.filter(begins_at__lte=entry.occurred_at, ends_at__gt=entry.occurred_at - OVERTIME)
    return [
        shift
        for shift in lasted.select_related("service__parent")[:NEAR_MAX]
        if entry.occurred_at < shift.until and entry.logbook in {each.name for each in logbooks_of(shift.service)}
    ]
