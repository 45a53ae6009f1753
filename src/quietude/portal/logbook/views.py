"""Pages of the central main courante: the list across logbooks, and the entry form."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import orjson
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from quietude.portal import policies
from quietude.portal.accounts.access import Right, requires, user_of
from quietude.portal.logbook import acts, following
from quietude.portal.logbook.enclosed import BYTES_MAX, Brought, brought_with
from quietude.portal.logbook.forms import EntryForm, language
from quietude.portal.logbook.lists import READY, Asked, Row, Selection, rows_of
from quietude.portal.logbook.models import Entry, Kind
from quietude.portal.logbook.placing import small_ground
from quietude.portal.logbook.reading import PLACE, Reader, reader_of
from quietude.portal.logbook.walking import COUNT_MAX
from quietude.portal.logbook.writers import written_by
from quietude.portal.rights.standing import standing_in
from quietude.portal.town import current_town
from quietude.portal.uploads.receiving import takes_files
from quietude.sources.api import Logbook

PLACES_SHOWN = 5
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
    selection = Selection.of(reader, asked, now=now)
    entries, following = selection.page(asked)
    shown = {
        "rows": rows_of(reader.seen(entries, asked=asked.said), language()),
        "asked": asked,
        "tabs": [(name, label, key, asked.address(ready=name), "") for name, label, key in READY],
        "following": asked.address(before=following) if following else "",
        "is_recent": selection.is_recent,
        "logbooks": titles(list(current_town().logbooks.values())),
        "zones": _zones(),
        "writes": bool(written_by(user)),
        "can_read": reader.can_read,
    }
    return render(request, "logbook/central.html", shown)


@require_GET
@requires(Right.READ_LOGBOOK, answers="data")
def counts(request: HttpRequest) -> HttpResponse:
    """Return the ready filters with their counts, and the places of the list: a part of its page."""
    reader, asked, now = reader_in(request), Asked.of(request.GET), timezone.now()
    tabs = []
    for name, label, key in READY:
        count = Selection.of(reader, replace(asked, ready=name), now=now).count()
        said = f"{COUNT_MAX - 1}+" if count >= COUNT_MAX else str(count)
        tabs.append((name, label, key, asked.address(ready=name), said))
    shown = {"tabs": tabs, "asked": asked, "places": _places(reader, asked, now)}
    return render(request, "logbook/ready.html", shown)


def _places(reader: Reader, asked: Asked, now: datetime) -> list[tuple[str, list[tuple[str, int, str]]]]:
    """Return for each level, and for streets, the places that the list names most: name, count, address."""
    rows = Selection.of(reader, asked, now=now).places()
    found = []
    for level, column in zip(current_town().territory.levels, zip(*rows, strict=True), strict=False):
        chosen = any(zone.startswith(f"{level.name}:") for zone in asked.zones)
        tops = Counter(code for code in column if code).most_common(PLACES_SHOWN) if not chosen else []
        zones = [
            (level.by_code[code].name if code in level.by_code else code, count,
             asked.address(zones=(*asked.zones, f"{level.name}:{code}")))
            for code, count in tops
        ]  # fmt: skip
        found.append((level.labels.get(language(), level.name), zones))
    if rows and not asked.street and not any(PLACE in grant.masked for grant in reader.viewer.grants):
        tops = Counter(row[-1] for row in rows if row[-1]).most_common(PLACES_SHOWN)
        streets = [(street.title(), count, asked.address(street=street)) for street, count in tops]
        found.append((gettext("Streets"), streets))
    return [(label, places) for label, places in found if places]


@requires(Right.WRITE_LOGBOOK)
@takes_files(BYTES_MAX, on_disk=True)
def new(request: HttpRequest) -> HttpResponse:
    """Write an entry, with the files that come along where no script sends them afterwards."""
    own, logbook = chosen(request)
    form = EntryForm(logbook, request.POST if request.method == "POST" else None, by=user_of(request))
    brought = brought_with(request) if request.method == "POST" else []
    faults = tuple(fault for each in brought for fault in each.faults)
    entry = _enclosing(request, logbook, form, brought) if request.method == "POST" and not faults else None
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
        "faults": faults,
    }
    return heard(render(request, "logbook/new.html", shown, status=400 if form.errors or faults else 200))


def heard(response: HttpResponse) -> HttpResponse:
    """Let a page with an entry form use the microphone, where the town lets facts be dictated."""
    protection = current_town().protection
    may_dictate = protection is not None and protection.dictation
    response.headers["Permissions-Policy"] = policies.permissions(microphone=may_dictate)
    return response


@transaction.atomic
def _enclosing(request: HttpRequest, logbook: Logbook, form: EntryForm, brought: Sequence[Brought]) -> Entry | None:
    """Write an entry with all that came along, or nothing."""
    entry = saved(request, logbook, form)
    if entry is not None:
        for each in brought:
            each.enclose(user_of(request), entry, standing_in(request).viewer.purpose or "")
    return entry


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
    """Write what a form says, with its follow-up; None where either is refused, and the form says why."""
    if not form.is_valid():
        return None
    user = user_of(request)
    try:
        with transaction.atomic():
            entry = acts.write(
                user, logbook, form.content(), key=form.cleaned_data["key"], identities=form.identities(),
                purpose=standing_in(request).viewer.purpose or "", choices=form.choices(),
            )  # fmt: skip
            following.follow_up_once(user, entry, form.asked())
    except ValidationError as error:
        form.refuse(error)
        return None
    return entry


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
