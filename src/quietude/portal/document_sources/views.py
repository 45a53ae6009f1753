"""The page of the sources of documents, for whoever keeps documents."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_GET, require_POST

from quietude.portal.accounts.access import Right, requires, user_of
from quietude.portal.document_sources import acts
from quietude.portal.document_sources.following import followed
from quietude.portal.document_sources.health import health_of
from quietude.portal.documents.scope import reader_in

Verb = Callable[[HttpRequest, str], str]
"""Does what a form asks of a source, and returns what is said of it."""


@require_GET
@requires(Right.KEEP_DOCUMENTS)
def listed(request: HttpRequest) -> HttpResponse:
    """Show how each source of documents does."""
    reader, now = reader_in(request), timezone.now()
    language = get_language() or "fr"
    sources = [(each.title.say(language), health_of(each, reader, now)) for each in followed().values()]
    return render(request, "document_sources/list.html", {"sources": sources})


@require_POST
@requires(Right.KEEP_DOCUMENTS)
def act(request: HttpRequest, source: str, verb: str) -> HttpResponse:
    """Do what a keeper of documents asks of a source."""
    done = _VERBS.get(verb)
    if done is None or source not in followed():
        raise Http404
    try:
        messages.success(request, done(request, source))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("document_sources:list")


def _look(request: HttpRequest, source: str) -> str:
    acts.look_now(user_of(request), source)
    return gettext("The source is looked at within seconds. Load the page again in a moment.")


def _pause(request: HttpRequest, source: str) -> str:
    acts.pause(user_of(request), source)
    return gettext("The source is paused: nothing comes, nothing is deleted, its documents stay.")


def _resume(request: HttpRequest, source: str) -> str:
    acts.resume(user_of(request), source)
    return gettext("The source is followed again.")


def _agree(request: HttpRequest, source: str) -> str:
    said = request.POST.get("deletions", "")
    deletions = int(said) if said.isdecimal() and len(said) < 10 else 0
    acts.agree(user_of(request), source, deletions, reason=request.POST.get("reason", ""))
    return gettext("The deletions are agreed to: they are followed within seconds.")


_VERBS: dict[str, Verb] = {"look": _look, "pause": _pause, "resume": _resume, "agree": _agree}
