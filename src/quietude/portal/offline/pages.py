"""Pages that stand in where there is no network: no name, entry or token is in them, so a device may keep them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from quietude.portal.accounts.access import Right, requires
from quietude.portal.logbook.forms import EntryForm, language
from quietude.portal.logbook.views import chosen, heard, titles


def _alone(request: HttpRequest, template: str, place: str, **shown: Any) -> HttpResponse:
    """Answer with a page that is kept: nothing of the session is in it, neither its messages nor its token."""
    return render(request, template, {"place": place, "messages": (), "csrf_token": "", "is_alone": True} | shown)


@require_GET
@requires(Right.WRITE_LOGBOOK)
def new(request: HttpRequest) -> HttpResponse:
    """Return the entry form of a logbook, empty."""
    own, logbook = chosen(request)
    shown = {
        "form": EntryForm(logbook),
        "logbook": logbook,
        "title": logbook.title.say(language()),
        "logbooks": titles(own),
    }
    return heard(_alone(request, "offline/new.html", "new", **shown))


@require_GET
@requires(Right.WRITE_LOGBOOK)
def waiting(request: HttpRequest) -> HttpResponse:
    """Show what waits on this device to be sent; the portal knows nothing of it, the page's scripts do."""
    return render(request, "offline/waiting.html", {"layout": "base.html"})


@require_GET
@requires(Right.WRITE_LOGBOOK)
def waiting_alone(request: HttpRequest) -> HttpResponse:
    """Return the page of what waits, to be kept."""
    return _alone(request, "offline/waiting.html", "waiting", layout="offline/alone.html")


@require_GET
@requires(Right.WRITE_LOGBOOK)
def other(request: HttpRequest) -> HttpResponse:
    """Return the page that answers every other address: one's shift, the instructions, or what needs the network."""
    return _alone(request, "offline/other.html", "other")
