"""Pages of the central main courante: the list across logbooks, and the entry form."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from quietude.portal.accounts.access import Right, requires, user_of
from quietude.portal.logbook import acts
from quietude.portal.logbook.forms import EntryForm, language
from quietude.portal.logbook.lists import READY, Asked, Row, listed, rows_of
from quietude.portal.logbook.placing import suggestions
from quietude.portal.logbook.reading import Reader, reader_of
from quietude.portal.logbook.writers import written_by
from quietude.portal.rights.standing import standing_in
from quietude.portal.town import current_town, current_vocabulary
from quietude.sources.api import Logbook

RECENT = 10  # entries that stay visible beside the form
SUGGESTED = 8
ZONES_MAX = 200  # beyond, a list of zones is no help


def reader_in(request: HttpRequest) -> Reader:
    """Return who asks, as a reader of entries."""
    return reader_of(user_of(request), standing_in(request))


@require_GET
@requires(Right.READ_LOGBOOK)
def central(request: HttpRequest) -> HttpResponse:
    """Show entries across the logbooks, as far as the reader's rights go."""
    user, reader, asked, now = user_of(request), reader_in(request), Asked.of(request.GET), timezone.now()
    entries, following = listed(reader, asked, now=now)
    shown = {
        "rows": rows_of(reader.seen(entries, asked=asked.said), language()),
        "asked": asked,
        "ready": READY,
        "following": following,
        "logbooks": _titles(list(current_town().logbooks.values())),
        "zones": _zones(),
        "writes": bool(written_by(user)),
        "can_read": reader.can_read,
    }
    return render(request, "logbook/central.html", shown)


@requires(Right.WRITE_LOGBOOK)
def new(request: HttpRequest) -> HttpResponse:
    """Write an entry."""
    user = user_of(request)
    own = written_by(user)
    if not own:
        raise PermissionDenied
    wanted = request.POST.get("logbook") or request.GET.get("logbook", "")
    logbook = next((each for each in own if each.name == wanted), own[0])
    form = EntryForm(logbook, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            entry = acts.write(
                user, logbook, form.content(), key=form.cleaned_data["key"], identities=form.identities(),
                purpose=standing_in(request).viewer.purpose or "", choices=form.cleaned_data["choices"],
            )  # fmt: skip
        except ValidationError as error:
            form.refuse(error)
        else:
            messages.success(request, gettext("%(label)s is saved.") % {"label": entry.label})
            return redirect(f"{reverse('logbook:new')}?logbook={logbook.name}")
    shown = {
        "form": form,
        "logbook": logbook,
        "title": logbook.title.say(language()),
        "logbooks": _titles(own),
        "recent": _recent(request, logbook),
    }
    return render(request, "logbook/new.html", shown, status=400 if form.errors else 200)


@require_GET
@requires(Right.WRITE_LOGBOOK, answers="data")
def places(request: HttpRequest) -> HttpResponse:
    """Return the likeliest places for what is typed."""
    found = [
        {
            "label": each.label,
            "lon_deg": round(each.lon_deg, 6),
            "lat_deg": round(each.lat_deg, 6),
            "accuracy_m": round(each.accuracy_m),
            "located_by": each.located_by,
            "zones": [code for code in each.zones.values() if code],
        }
        for each in suggestions(request.GET.get("q", "")[:200])
    ]
    return JsonResponse({"places": found})


@require_GET
@requires(Right.WRITE_LOGBOOK, answers="data")
def categories(request: HttpRequest) -> HttpResponse:
    """Return the categories whose names, or the service's own words for them, begin like what is typed."""
    typed = " ".join(request.GET.get("q", "")[:120].split())
    logbook = current_town().logbooks.get(request.GET.get("logbook", ""))
    vocabulary, said = current_vocabulary(), language()
    codes: dict[str, str] = {}
    if logbook is not None and typed:
        for code, words in logbook.words.items():
            named = next((word for word in words if word.casefold().startswith(typed.casefold())), None)
            if named is not None:
                codes[code] = named
    for match in vocabulary.search(typed, said, 2 * SUGGESTED) if typed else ():
        codes.setdefault(match.term.code, "")
    offered = [code for code in codes if logbook is None or _offers(logbook, code)][:SUGGESTED]
    found = [
        {"code": code, "label": vocabulary.path_label(code, said), "words": codes[code]}
        for code in offered
        if vocabulary.has(code)
    ]
    return JsonResponse({"categories": found})


def _offers(logbook: Logbook, code: str) -> bool:
    return not logbook.categories or any(code == each or code.startswith(f"{each}.") for each in logbook.categories)


def _recent(request: HttpRequest, logbook: Logbook) -> list[Row]:
    reader = reader_in(request)
    entries = reader.entries().filter(logbook=logbook.name).select_related("author").order_by("-written_at")[:RECENT]
    return rows_of(reader.seen(entries, asked=f"logbook={logbook.name}"), language())


def _titles(logbooks: list[Logbook]) -> list[tuple[str, str]]:
    return [(logbook.name, logbook.title.say(language())) for logbook in logbooks]


def _zones() -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Return for each level its name, its label and its zones: those of few enough to be chosen from a list."""
    levels = current_town().territory.levels
    return [
        (
            level.name,
            level.labels.get(language(), level.name),
            [(f"{level.name}:{zone.code}", zone.name) for zone in level.zones],
        )
        for level in levels
        if len(level.zones) <= ZONES_MAX
    ]
