"""Pages of the central main courante: the list across logbooks, and the entry form."""

from __future__ import annotations

import orjson
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from quietude.portal.accounts.access import Right, requires, user_of
from quietude.portal.logbook import acts
from quietude.portal.logbook.forms import EntryForm, language
from quietude.portal.logbook.lists import READY, Asked, Row, listed, rows_of
from quietude.portal.logbook.models import Entry, Kind
from quietude.portal.logbook.placing import small_ground
from quietude.portal.logbook.reading import Reader, reader_of
from quietude.portal.logbook.writers import written_by
from quietude.portal.rights.standing import standing_in
from quietude.portal.town import current_town
from quietude.sources.api import Logbook

RECENT = 10  # entries that stay visible beside the form
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
        "logbooks": titles(list(current_town().logbooks.values())),
        "zones": _zones(),
        "writes": bool(written_by(user)),
        "can_read": reader.can_read,
    }
    return render(request, "logbook/central.html", shown)


@requires(Right.WRITE_LOGBOOK)
def new(request: HttpRequest) -> HttpResponse:
    """Write an entry."""
    own, logbook = chosen(request)
    form = EntryForm(logbook, request.POST if request.method == "POST" else None)
    entry = saved(request, logbook, form) if request.method == "POST" else None
    if entry is not None:
        messages.success(request, gettext("%(label)s is saved.") % {"label": entry.label})
        return redirect(f"{reverse('logbook:new')}?logbook={logbook.name}")
    shown = {
        "form": form,
        "logbook": logbook,
        "title": logbook.title.say(language()),
        "logbooks": titles(own),
        "recent": recent(request, logbook),
        "ground": orjson.dumps(small_ground()).decode(),
    }
    return render(request, "logbook/new.html", shown, status=400 if form.errors else 200)


def chosen(request: HttpRequest) -> tuple[list[Logbook], Logbook]:
    """Return the logbooks that whoever asks writes in, and the one that is asked for, else the first.

    Raises:
        PermissionDenied: they write in none.
    """
    own = written_by(user_of(request))
    if not own:
        raise PermissionDenied
    wanted = request.POST.get("logbook") or request.GET.get("logbook", "")
    return own, next((each for each in own if each.name == wanted), own[0])


def saved(request: HttpRequest, logbook: Logbook, form: EntryForm) -> Entry | None:
    """Write what a form says; None where it is refused, and the form says why."""
    if not form.is_valid():
        return None
    try:
        return acts.write(
            user_of(request), logbook, form.content(), key=form.cleaned_data["key"], identities=form.identities(),
            purpose=standing_in(request).viewer.purpose or "", choices=form.choices(),
        )  # fmt: skip
    except ValidationError as error:
        form.refuse(error)
        return None


def recent(request: HttpRequest, logbook: Logbook) -> list[Row]:
    """Return the entries that were last written in a logbook, as rows."""
    reader = reader_in(request)
    found = reader.entries().filter(logbook=logbook.name, kind=Kind.ENTRY).select_related("author")
    entries = found.order_by("-written_at")[:RECENT]
    return rows_of(reader.seen(entries, asked=f"logbook={logbook.name}"), language())


def titles(logbooks: list[Logbook]) -> list[tuple[str, str]]:
    """Return names and titles, for the tabs of logbooks."""
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
