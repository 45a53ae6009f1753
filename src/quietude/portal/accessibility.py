"""The accessibility statement that French law asks for: state of conformity, what is not accessible, contact, appeal.

Form: arrêté of 20 September 2019 (RGAA), annex; act 2005-102, art. 47. It is honest or worth nothing: what nobody
audited is said so.
"""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from quietude.portal.accounts.access import open_to_all
from quietude.portal.accounts.models import User
from quietude.portal.town import current_town

STATED_ON = date(2026, 11, 27)
CRITERIA = {"tested": 19, "in part": 28, "to review": 37, "none here": 22}
"""How far the 106 criteria are looked at: the totals of docs/accessibility.md, by test."""


@require_safe
@open_to_all("the law asks that anyone can read it; it says nothing of facts or persons")
def page(request: HttpRequest) -> HttpResponse:
    """Show the statement."""
    protection = current_town().protection
    context = {
        "layout": "base.html" if isinstance(request.user, User) else "entrance.html",
        "controller": protection.controller if protection is not None else "",
        "officer": protection.officer if protection is not None else "",
        "stated_on": STATED_ON,
        "tested": CRITERIA["tested"],
        "in_part": CRITERIA["in part"],
        "unseen": CRITERIA["to review"],
        "none_here": CRITERIA["none here"],
        "all": sum(CRITERIA.values()),
    }
    return render(request, "accessibility.html", context)
