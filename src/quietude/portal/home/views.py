"""The first page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language

from quietude.portal.accounts.access import Right, requires, user_of
from quietude.portal.home.counts import choose, moments
from quietude.portal.home.freshness import freshness_of
from quietude.portal.home.situation import Telling
from quietude.portal.rights.glass import mail_fault, to_judge
from quietude.portal.rights.standing import viewer_of
from quietude.portal.town import current_ledger, current_store, current_town


@requires(Right.SEE_TOWN)
def situation(request: HttpRequest) -> HttpResponse:
    """Show the town today: real facts and made-up ones are never told together."""
    town, store, viewer = current_town(), current_store(), viewer_of(request)
    user, now, language = user_of(request), timezone.now(), get_language() or "fr"
    found = moments(store, viewer, now, town.timezone)
    moment = choose(found, request.GET.get("reality"))
    shown = {
        "moments": found,
        "situation": Telling(store, viewer, moment, language).tell(with_facts=user.holds(Right.READ_FACT))
        if moment
        else None,
        "freshness": freshness_of(town.sources, current_ledger().last_reports(), now, language),
        "glass": to_judge(user),
        "mail_fault": mail_fault() if user.holds(Right.MANAGE_USERS) else None,
        "may_manage": user.holds(Right.MANAGE_SOURCES),
    }
    return render(request, "home/situation.html", shown)
