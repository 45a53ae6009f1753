"""Pages of one entry: what it says, its versions and differences, corrections, strokes, follow-ups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from quietude.portal.accounts.access import Right, requires, user_of
from quietude.portal.logbook import acts, following
from quietude.portal.logbook.addressees import addressed
from quietude.portal.logbook.content import Content, Identity, changes
from quietude.portal.logbook.follow_up_forms import FollowUpForm, HandOverForm
from quietude.portal.logbook.follow_ups import Line as FollowUpLine
from quietude.portal.logbook.follow_ups import lines_of as follow_up_lines
from quietude.portal.logbook.forms import EntryForm, ReasonForm, initial_of, language
from quietude.portal.logbook.models import Entry, EntryVersion, State
from quietude.portal.logbook.reading import Seen
from quietude.portal.logbook.views import heard, reader_in
from quietude.portal.logbook.wording import Line, lines_of
from quietude.portal.logbook.writers import may_write
from quietude.portal.rights.standing import standing_in
from quietude.portal.town import current_town
from quietude.portal.ui.words import category_view
from quietude.sources.api import Logbook


@dataclass(frozen=True, slots=True)
class Past:
    """One version, with what it changed."""

    version: Any
    lines: list[tuple[Line, Line]]
    """What was there before and after, field by field; none for the first."""


def seen_entry(request: HttpRequest, logbook: str, label: str) -> Seen:
    """Return the entry as whoever asks sees it; one they may not see does not exist.

    Raises:
        Http404: there is no such entry for them.
    """
    reader = reader_in(request)
    found = reader.entries().filter(logbook=logbook, label=label).select_related("author").first()
    if found is None:
        raise Http404
    return reader.seen([found], asked="entry")[0]


def _writable(request: HttpRequest, logbook: str, label: str) -> Seen:
    seen = seen_entry(request, logbook, label)
    if (
        seen.content is None
        or not seen.shows_place
        or not may_write(user_of(request), current_town().logbooks[logbook])
    ):
        raise PermissionDenied
    return seen


@requires(Right.READ_LOGBOOK)
def page(request: HttpRequest, logbook: str, label: str) -> HttpResponse:
    """Show an entry whole, as far as the reader's rights go."""
    seen = seen_entry(request, logbook, label)
    configured = current_town().logbooks.get(logbook)
    user = user_of(request)
    shown = {
        "seen": seen,
        "entry": seen.entry,
        "category": category_view(seen.entry.category or None, language()),
        "logbook_title": configured.title.say(language()) if configured is not None else logbook,
        "lines": lines_of(seen.content, configured, language()) if seen.content is not None else [],
        "parties": _parties(seen),
        "past": _past(seen, configured) if seen.content is not None else [],
        "follow_ups": _follow_ups(request, seen.entry),
        "writes": configured is not None
        and seen.content is not None
        and seen.shows_place
        and may_write(user, configured),
        "can_extract": seen.content is not None and user.holds(Right.EXPORT),
        "can_strike": seen.entry.author_id == user.pk or user.holds(Right.SUPERVISE),
        "follow_up_form": FollowUpForm(user),
        "form": HandOverForm(user),
    }
    return render(request, "logbook/entry.html", shown)


def _follow_ups(request: HttpRequest, entry: Entry) -> list[FollowUpLine]:
    found = entry.follow_ups.select_related("entry", "assignee__follow_up_wish", "made_by", "done_by")
    return follow_up_lines(request, list(found.prefetch_related("steps__by", "steps__assignee", "reminders")))


def _parties(seen: Seen) -> list[dict[str, Any]]:
    if seen.content is None:
        return []
    identities = seen.identities
    return [
        {
            "role": party.role.value,
            "note": party.note,
            "who": identities[row] if identities is not None and row < len(identities) else None,
            "is_closed": identities is None,
        }
        for row, party in enumerate(seen.content.parties)
    ]


def _past(seen: Seen, logbook: Any) -> list[Past]:
    versions = list(seen.entry.versions.select_related("author").defer("identities"))
    past = []
    for before, after in zip([None, *versions[:-1]], versions, strict=True):
        lines: list[tuple[Line, Line]] = []
        if before is not None:
            names = {name for name, _old, _new in changes(before.content, after.content)}
            old = {line.name: line for line in lines_of(seen.content_of(before), logbook, language())}
            new = {line.name: line for line in lines_of(seen.content_of(after), logbook, language())}
            lines = [
                (old.get(name, Line(name, new[name].label, "")), new.get(name, Line(name, old[name].label, "")))
                if name in old and name in new
                else (
                    (old[name], Line(name, old[name].label, ""))
                    if name in old
                    else (Line(name, new[name].label, ""), new[name])
                )
                for name in dict.fromkeys([*old, *new])
                if name.split(".")[0] in names and (name not in old or name not in new or old[name] != new[name])
            ]
        past.append(Past(after, lines))
    return past[::-1]


@requires(Right.WRITE_LOGBOOK)
def correction(request: HttpRequest, logbook: str, label: str) -> HttpResponse:
    """Write a new version of an entry, with the reason."""
    seen = _writable(request, logbook, label)
    configured, entry, content = current_town().logbooks[logbook], seen.entry, seen.content
    if content is None:
        raise PermissionDenied
    known = [Identity.model_validate(each) for each in seen.identities] if seen.identities is not None else None
    posted = request.POST if request.method == "POST" else None
    form = EntryForm(configured, posted, initial=initial_of(content, known))
    reason = ReasonForm(posted, initial={"seen_version": entry.version})
    conflict = None
    if request.method == "POST" and form.is_valid() and reason.is_valid():
        kept = [Identity.model_validate(each) for each in seen.version.identities] if seen.version is not None else []
        try:
            acts.correct(
                user_of(request), entry, form.content(), reason=reason.cleaned_data["reason"],
                seen_version=reason.cleaned_data["seen_version"] or 0,
                identities=form.identities() if known is not None else kept[: len(form.content().parties)],
                purpose=standing_in(request).viewer.purpose or "", choices=form.choices(),
            )  # fmt: skip
        except ValidationError as error:
            form.refuse(error)
        except acts.ConflictError as error:
            conflict = error.entry.versions.select_related("author").get(version=error.entry.version)
        else:
            messages.success(request, gettext("%(label)s is corrected.") % {"label": label})
            return redirect("logbook:entry", logbook, label)
    shown = {
        "form": form, "reason": reason, "entry": entry, "logbook": configured, "conflict": conflict,
        "conflict_lines": _lines_of(conflict, configured),
    }  # fmt: skip
    is_bad = bool(form.errors or reason.errors)
    return heard(render(request, "logbook/correct.html", shown, status=409 if conflict else 400 if is_bad else 200))


def _lines_of(version: EntryVersion | None, logbook: Logbook) -> list[Line]:
    return lines_of(Content.model_validate(version.content), logbook, language()) if version is not None else []


@requires(Right.WRITE_LOGBOOK)
def striking(request: HttpRequest, logbook: str, label: str) -> HttpResponse:
    """Strike an entry through, with the reason."""
    seen = _writable(request, logbook, label)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            acts.strike(
                user_of(request), seen.entry, reason=form.cleaned_data["reason"],
                purpose=standing_in(request).viewer.purpose or "",
            )  # fmt: skip
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, gettext("%(label)s is struck through.") % {"label": label})
            return redirect("logbook:entry", logbook, label)
    shown = {"form": form, "entry": seen.entry}
    return render(request, "logbook/strike.html", shown, status=400 if form.errors else 200)


@requires(Right.WRITE_LOGBOOK)
@require_POST
def asking(request: HttpRequest, logbook: str, label: str) -> HttpResponse:
    """Ask for a follow-up."""
    seen, user = _writable(request, logbook, label), user_of(request)
    form = FollowUpForm(user, request.POST)
    if form.is_valid():
        said = form.cleaned_data
        service, assignee = addressed(said["to"])
        try:
            following.follow_up(
                user, seen.entry, said["what"], service=service, assignee=assignee, due_at=said["due"],
                remind_at=said["remind"],
            )  # fmt: skip
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, gettext("The follow-up is noted."))
    else:
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
    return redirect("logbook:entry", logbook, label)


@requires(Right.WRITE_LOGBOOK)
@require_POST
def settling(request: HttpRequest, logbook: str, label: str) -> HttpResponse:
    """Close an entry, or open it again."""
    seen = _writable(request, logbook, label)
    state = request.POST.get("state", "")
    if state not in State.values:
        raise Http404
    return _told(request, seen.entry, lambda: acts.settle(
        user_of(request), seen.entry, State(state), reason=request.POST.get("reason", "")
    ))  # fmt: skip


def _told(request: HttpRequest, entry: Entry, act: Any) -> HttpResponse:
    try:
        act()
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, gettext("Saved."))
    return redirect("logbook:entry", entry.logbook, entry.label)
