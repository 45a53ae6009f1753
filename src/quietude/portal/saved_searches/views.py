"""The pages of saved searches: each person's own, and nobody else's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from quietude.portal.accounts.access import Right, requires, user_of
from quietude.portal.explore.reading import language_of
from quietude.portal.explore.views.page import failure_of
from quietude.portal.rights.models import Purpose
from quietude.portal.rights.standing import standing_in
from quietude.portal.saved_searches import saving
from quietude.portal.saved_searches.asking import AskingError, search_for, search_of
from quietude.portal.saved_searches.forms import SavedSearchForm
from quietude.portal.saved_searches.judging import owners
from quietude.portal.saved_searches.mailing import fault_of
from quietude.portal.saved_searches.models import NAME_MAX, SavedSearch, Told
from quietude.portal.saved_searches.news import MOST, counts_of, owner_of
from quietude.portal.saved_searches.showing import address_of, documents_rung, facts_rung
from quietude.portal.town import installation, town_day
from quietude.search.api import Search
from quietude.store.api import StoreError

NO_STORE = "private, no-store"


@dataclass(frozen=True, slots=True)
class Row:
    """One search in the list."""

    kept: SavedSearch
    count: int
    run: str
    purpose: str
    is_more: bool
    """Whether there may be more than is counted."""


@require_GET
@requires(Right.EXPLORE)
def page(request: HttpRequest) -> HttpResponse:
    """List one's searches, with what is new in each."""
    user, now = user_of(request), timezone.now()
    kept = list(SavedSearch.objects.filter(owner=user))
    context: dict[str, Any] = {"has_mail": bool(installation().mail_url and user.email), "fault": fault_of(user)}
    status = 200
    try:
        counts = counts_of(kept, now)
    except StoreError as error:
        counts, status = dict.fromkeys((each.pk for each in kept), 0), 503
        context["failure"] = failure_of(error)
    named = {each.code: each.say(language_of()) for each in Purpose.objects.all()}
    context["rows"] = [
        Row(each, counts[each.pk], address_of(each), named.get(each.purpose, each.purpose), counts[each.pk] >= MOST)
        for each in kept
    ]
    return _answer(request, "saved_searches/page.html", context, status)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Right.EXPLORE)
def new(request: HttpRequest) -> HttpResponseBase:
    """Save the search of the address: what it would have done is said first."""
    text, query = _question(request)
    standing = standing_in(request)
    purpose = standing.purpose.code if standing.purpose is not None else ""
    kept = SavedSearch(text=text, query=query, language=language_of(), purpose=purpose)
    if request.method != "POST":
        kept.name = text[:NAME_MAX]
    return _form(request, kept, is_new=True)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Right.EXPLORE)
def change(request: HttpRequest, key: int) -> HttpResponseBase:
    """Rename a search, or say otherwise how one is told."""
    return _form(request, _own(request, key), is_new=False)


@require_GET
@requires(Right.EXPLORE)
def rang(request: HttpRequest, key: int) -> HttpResponse:
    """Show what rang, and why; it is not new any more afterwards."""
    kept, now = _own(request, key), timezone.now()
    context: dict[str, Any] = {"kept": kept, "run": address_of(kept), "facts": (), "documents": (), "failure": ""}
    owner, status = owner_of(kept, now), 200
    try:
        search = search_of(kept)
        if owner is not None:
            context["facts"] = facts_rung(kept, owner, search, now)
            context["documents"] = documents_rung(kept, owner, search)
        saving.look(kept)
    except AskingError as error:
        context["failure"] = str(error)
    except StoreError as error:
        context["failure"], status = failure_of(error), 503
    context["is_closed"] = owner is None or not owner.viewer.grants
    return _answer(request, "saved_searches/rang.html", context, status)


@require_POST
@requires(Right.EXPLORE)
def pause(request: HttpRequest, key: int) -> HttpResponse:
    """Have a search rest, or go on."""
    kept = _own(request, key)
    saving.pause(kept, is_paused=not kept.is_paused, now=timezone.now())
    messages.success(request, _("The search rests.") if kept.is_paused else _("The search goes on from now."))
    return redirect("saved_searches:page")


@require_POST
@requires(Right.EXPLORE)
def delete(request: HttpRequest, key: int) -> HttpResponse:
    """Delete a search with what rang for it."""
    _own(request, key).delete()
    messages.success(request, _("The search is deleted, with what rang for it."))
    return redirect("saved_searches:page")


def _own(request: HttpRequest, key: int) -> SavedSearch:
    found: SavedSearch | None = SavedSearch.objects.filter(owner=user_of(request), pk=key).first()
    if found is None:
        raise Http404
    return found


def _question(request: HttpRequest) -> tuple[str, str]:
    """Return the text and the filter that an address states, as the search page's does."""
    said = request.GET.copy()
    text = said.pop("q", [""])[-1]
    said.pop("page", None)
    return str(text), said.urlencode()


def _form(request: HttpRequest, kept: SavedSearch, *, is_new: bool) -> HttpResponseBase:
    user, now, before = user_of(request), timezone.now(), kept.text
    form = SavedSearchForm(request.POST or None, instance=kept)
    is_valid = request.method == "POST" and form.is_valid()  # fills in the words
    context: dict[str, Any] = {"form": form, "kept": kept, "is_new": is_new, "run": address_of(kept), "said": None}
    asks_anew, status = is_new or kept.text != before, 400 if form.errors else 200
    try:
        search = search_for(kept.text, kept.query, kept.language, town_day(now))
        context["notes"] = [note.say(language_of()) for note in search.notes]
        owner = owners([(user.pk, kept.purpose)], now).get((user.pk, kept.purpose))
        said = saving.preview(search, owner.viewer, now) if owner is not None and owner.viewer.grants else None
        context["said"] = said
        if asks_anew and said is not None:
            saving.checked(search, said)
        if is_valid:
            _check(request, kept, search, said)
            saving.keep(user, kept, asks_anew=asks_anew, now=now)
            messages.success(request, _("The search is saved.") if is_new else _("The search is changed."))
            return redirect("saved_searches:page")
    except (AskingError, saving.SavingError) as error:
        context["problem"], status = str(error), 400
    except StoreError as error:
        context["failure"], status = failure_of(error), 503
    return _answer(request, "saved_searches/form.html", context, status)


def _check(request: HttpRequest, kept: SavedSearch, search: Search, said: saving.Preview | None) -> None:
    """Refuse what could never ring or never be told.

    Raises:
        SavingError: says what to do.
    """
    if said is None:
        raise saving.SavingError(_("You may list no facts under this purpose now: choose another one, or ask for it."))
    if kept.has_documents and not search.conditions.is_open:
        raise saving.SavingError(
            _("Documents are searched by words alone: take the conditions away, or choose facts only.")
        )
    if kept.told in {Told.MAIL, Told.BOTH} and not (installation().mail_url and user_of(request).email):
        raise saving.SavingError(
            _("No e-mail can be sent: your account has no address, or the portal has no mail server.")
        )


def _answer(request: HttpRequest, template: str, context: dict[str, Any], status: int) -> HttpResponse:
    response = render(request, template, context, status=status)
    response.headers["Cache-Control"] = NO_STORE
    return response
