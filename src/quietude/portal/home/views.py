"""The first page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from quietude.portal.accounts.access import Right, requires


@requires(Right.SEE_TOWN)
def situation(request: HttpRequest) -> HttpResponse:
    """Show the town today."""
    return render(request, "home/situation.html", {})
