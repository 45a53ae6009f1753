"""The living page of components, for developers."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from quietude.portal.accounts.access import Right, requires


@requires(Right.SEE_COMPONENTS)
def components(request: HttpRequest) -> HttpResponse:
    """Show every component in every state."""
    return render(request, "ui/components.html", {})
