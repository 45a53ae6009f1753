"""Entries written without network and sent later: each is answered by itself; sending twice changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, RequestDataTooBig, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from pydantic import ValidationError as ShapeError

from quietude.portal.accounts.access import Right, requires, user_of
from quietude.portal.logbook import acts, following
from quietude.portal.logbook.checking import CLOCKS_DIFFER
from quietude.portal.logbook.content import LINE_MAX, TEXT_MAX, Content, Identity
from quietude.portal.logbook.forms import EntryForm, initial_of, language
from quietude.portal.logbook.models import Entry, EntryVersion
from quietude.portal.logbook.reading import Seen
from quietude.portal.logbook.views import reader_in
from quietude.portal.logbook.wording import Line, lines_of
from quietude.portal.logbook.writers import written_by
from quietude.portal.rights.standing import standing_in
from quietude.portal.town import current_town
from quietude.sources.api import Logbook

SENT_MAX = 200  # entries a call: a few seconds of work, so that a bad line loses little
SHIFT_MAX_S = 400 * 86_400  # a clock that was reset may be a year off

Answer = dict[str, Any]


class _Sent(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Correction(_Sent):
    """What an entry corrects, and the version its writer saw."""

    label: str = Field(max_length=63)
    seen_version: int = Field(ge=1, le=32_767)
    reason: str = Field(max_length=LINE_MAX)


class Waiting(_Sent):
    """One entry of a queue."""

    key: UUID
    logbook: str = Field(max_length=63)
    written_at: AwareDatetime
    """By the device's clock."""
    fields: dict[str, Annotated[str, Field(max_length=TEXT_MAX)]] = Field(max_length=200)
    """As the entry form sends them."""
    corrects: Correction | None = None
    shift_s: int | None = Field(default=None, ge=-SHIFT_MAX_S, le=SHIFT_MAX_S)
    """What the writer accepted to add to the times, in seconds (0: keep them); None while they were not asked."""


class Queue(_Sent):
    """What a device sends in one call."""

    owner: int
    """Whose queue it is."""
    device_at: AwareDatetime
    """The device's clock at the moment of sending: the clock's error is measured by it."""
    entries: list[Any] = Field(max_length=SENT_MAX)


@require_POST
@requires(Right.WRITE_LOGBOOK, answers="data")
def sync(request: HttpRequest) -> HttpResponse:
    """Take entries of a queue: for each saved with its number, refused with the reason by field, clock or conflict."""
    now = timezone.now()
    if request.content_type != "application/json":  # a form's body was read already when its token was looked for
        return JsonResponse({"error": gettext("Send the queue as JSON. Nothing was saved.")}, status=415)
    try:
        queue = Queue.model_validate_json(request.body)
    except RequestDataTooBig:
        return JsonResponse({"error": gettext("Too much at once: send fewer entries a call.")}, status=413)
    except ShapeError:
        fault = gettext("This is no queue of entries, or it holds more than %(most)s. Nothing was saved.")
        return JsonResponse({"error": fault % {"most": SENT_MAX}}, status=400)
    if queue.owner != user_of(request).pk:
        fault = gettext("These entries wait for the person who wrote them. Nothing was saved.")
        return JsonResponse({"error": fault}, status=409)
    offset = now - queue.device_at
    answers = [_answered(request, each, offset, now) for each in queue.entries]
    return JsonResponse({"received_at": now.isoformat(), "answers": answers})


def _answered(request: HttpRequest, sent: Any, offset: timedelta, now: datetime) -> Answer:
    key = str(sent.get("key", ""))[:36] if isinstance(sent, Mapping) else ""
    try:
        waiting = Waiting.model_validate(sent)
    except ShapeError:
        return _refused(key, {"": [gettext("This entry cannot be read: write it again.")]})
    try:
        return {"key": str(waiting.key)} | _taken(request, waiting, offset, now)
    except PermissionDenied:
        return _refused(key, {"": [gettext("You do not write in this logbook.")]})
    except ValidationError as error:
        return _refused(key, error.message_dict if hasattr(error, "error_dict") else {"": error.messages})


def _taken(request: HttpRequest, waiting: Waiting, offset: timedelta, now: datetime) -> Answer:
    user = user_of(request)
    logbook = next((each for each in written_by(user) if each.name == waiting.logbook), None)
    if logbook is None:
        raise PermissionDenied
    known = Entry.objects.filter(key=waiting.key, author=user, logbook=logbook.name).first()
    if known is not None and waiting.corrects is None:
        return _saved(known)
    form = EntryForm(logbook, waiting.fields | {"key": str(waiting.key)}, now=waiting.written_at, by=user)
    if not form.is_valid():
        return {
            "state": "refused",
            "fields": {name: [str(each) for each in said] for name, said in form.errors.items()},
        }
    content = form.content().model_copy(update={"device_at": waiting.written_at})
    if waiting.shift_s is None and abs(offset) > CLOCKS_DIFFER:
        return _clock(content, offset)
    content = _shifted(content, timedelta(seconds=waiting.shift_s or 0))
    purpose = standing_in(request).viewer.purpose or ""
    choices = form.choices()
    if waiting.corrects is not None:
        return _corrected(request, waiting.corrects, logbook, content, form)
    with transaction.atomic():
        entry = acts.write(
            user, logbook, content, key=waiting.key, identities=form.identities(), purpose=purpose, choices=choices,
            now=now,
        )  # fmt: skip
        following.follow_up_once(user, entry, form.asked(), written_at=waiting.written_at, now=now)
    return _saved(entry)


def _corrected(
    request: HttpRequest, correction: Correction, logbook: Logbook, content: Content, form: EntryForm
) -> Answer:
    user, reader = user_of(request), reader_in(request)
    found = reader.entries().filter(logbook=logbook.name, label=correction.label).select_related("author").first()
    seen = reader.seen([found], asked="sync")[0] if found is not None else None
    if seen is None or seen.content is None or seen.version is None:
        raise PermissionDenied
    if _is_there(seen.entry, user.pk, correction, content):
        return _saved(seen.entry)
    kept = [Identity.model_validate(each) for each in seen.version.identities][: len(content.parties)]
    try:
        entry = acts.correct(
            user, seen.entry, content, reason=correction.reason, seen_version=correction.seen_version,
            identities=form.identities() if seen.identities is not None else kept,
            purpose=standing_in(request).viewer.purpose or "", choices=form.choices(),
        )  # fmt: skip
    except acts.ConflictError as error:
        seen = reader.seen([error.entry], asked="sync")[0]  # it may have changed since it was read above
        return _conflict(seen, logbook, content, str(user))
    return _saved(entry)


def _is_there(entry: Entry, author: int, correction: Correction, content: Content) -> bool:
    """Tell whether this correction was taken before: its answer was lost on the way."""
    after = EntryVersion.objects.filter(entry=entry, version=correction.seen_version + 1, author=author).first()
    return after is not None and Content.model_validate(after.content) == content


def _conflict(seen: Seen, logbook: Logbook, mine: Content, me: str) -> Answer:
    theirs = seen.version
    return {
        "state": "conflict",
        "label": seen.entry.label,
        "version": seen.entry.version,
        "theirs": {
            "by": str(theirs.author) if theirs is not None else "",
            "at": theirs.at.isoformat() if theirs is not None else "",
            "lines": _told(lines_of(seen.content, logbook, language()) if seen.content is not None else []),
            "fields": _as_form(seen),
        },
        "mine": {"by": me, "lines": _told(lines_of(mine, logbook, language()))},
    }


def _as_form(seen: Seen) -> dict[str, str]:
    """Return a version as the entry form sends it, for whoever takes some of its fields over."""
    if seen.content is None:
        return {}
    known = [Identity.model_validate(each) for each in seen.identities] if seen.identities is not None else None
    return {
        name: str(value)
        for name, value in initial_of(seen.content, known).items()
        if value and name not in {"key", "moments"}
    }


def _told(lines: list[Line]) -> list[dict[str, str]]:
    return [{"name": line.name, "label": line.label, "said": line.said} for line in lines]


def _clock(content: Content, offset: timedelta) -> Answer:
    """Return the time as it was said and as the measured error corrects it: the writer chooses, nothing was saved."""
    seconds = round(offset.total_seconds())
    proposed = content.occurred_at + timedelta(seconds=seconds)
    return {
        "state": "clock",
        "shift_s": seconds,
        "said": content.occurred_at.isoformat(),
        "proposed": proposed.isoformat(),
        "timezone": current_town().timezone,
        "fault": gettext("This device's clock is wrong. Accept the corrected time, or keep yours."),
    }


def _shifted(content: Content, shift: timedelta) -> Content:
    until = content.occurred_to + shift if content.occurred_to is not None else None
    return content.model_copy(update={"occurred_at": content.occurred_at + shift, "occurred_to": until})


def _saved(entry: Entry) -> Answer:
    return {"state": "saved", "logbook": entry.logbook, "label": entry.label, "version": entry.version}


def _refused(key: str, fields: Mapping[str, list[str]]) -> Answer:
    return {"key": key, "state": "refused", "fields": dict(fields)}
