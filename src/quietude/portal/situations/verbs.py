"""Acts on one situation by forms: each verb reads its own fields and says what became of it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from types import MappingProxyType

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from quietude.portal.accounts.access import Right, requires, user_of
from quietude.portal.logbook.reading import Reader, reader_of
from quietude.portal.rights.standing import standing_in
from quietude.portal.situations import attaching, sharing, sketches, states, tasks, units, walking
from quietude.portal.situations.changing import undo
from quietude.portal.situations.forms import DescribingForm, SharingForm, TaskForm, language, place_of
from quietude.portal.situations.models import LogLine, Situation
from quietude.portal.situations.opening import Opening

Verb = Callable[[HttpRequest, str], str]
"""Does something to the situation of a key, and returns what is said of it."""


def reading_as(request: HttpRequest) -> Reader:
    """Return the reader that a request is."""
    return reader_of(user_of(request), standing_in(request))


def _start(request: HttpRequest, key: str) -> str:
    states.start(user_of(request), key, timezone.now())
    return gettext("You lead this situation.")


def _resolve(request: HttpRequest, key: str) -> str:
    said = {name: request.POST.get(name, "") for name in ("outcome", "why")}
    states.resolve(user_of(request), key, timezone.now(), **said)
    return gettext("Resolved. Units are free again; close it when nothing is left to write.")


def _close(request: HttpRequest, key: str) -> str:
    states.close(user_of(request), key, timezone.now())
    return gettext("Closed. The report is ready.")


def _reopen(request: HttpRequest, key: str) -> str:
    states.reopen(user_of(request), key, timezone.now(), why=request.POST.get("why", ""))
    return gettext("Reopened.")


def _describe(request: HttpRequest, key: str) -> str:
    form = DescribingForm(request.POST)
    _check(form)
    said = form.cleaned_data
    states.describe(
        user_of(request), key, timezone.now(), title=said["title"], priority=said["priority"],
        place=place_of(said["place"]),
    )  # fmt: skip
    return gettext("Changed.")


def _step(request: HttpRequest, key: str) -> str:
    said = {name: request.POST.get(name, "")[:1000] for name in ("answer", "said")}
    walking.do_step(user_of(request), key, request.POST.get("step", ""), timezone.now(), **said)
    return gettext("Step done.")


def _skip(request: HttpRequest, key: str) -> str:
    why = request.POST.get("why", "")[:1000]
    walking.skip_step(user_of(request), key, request.POST.get("step", ""), timezone.now(), why=why)
    return gettext("Step left out. If it is mandatory, the supervisors are told.")


def _seen(request: HttpRequest, key: str) -> str:
    walking.see_skip(user_of(request), key, _number(request, "skip"), timezone.now())
    return gettext("Noted as seen.")


def _attach(request: HttpRequest, key: str) -> str:
    refs = [ref for said in request.POST.getlist("ref") for ref in said.split()]
    what = request.POST.get("what", "")
    _, count = attaching.attach(
        user_of(request), reading_as(request), key, timezone.now(), what=what, refs=refs
    )  # fmt: skip
    return gettext("Attached.") if count else gettext("It was attached already.")


def _detach(request: HttpRequest, key: str) -> str:
    attaching.detach(user_of(request), key, _numbers(request, "item"), timezone.now())
    return gettext("Taken off.")


def _note(request: HttpRequest, key: str) -> str:
    attaching.write_note(user_of(request), key, timezone.now(), said=request.POST.get("said", ""))
    return gettext("Noted.")


def _split(request: HttpRequest, key: str) -> str:
    said = Opening(kind=request.POST.get("kind", ""), title=request.POST.get("title", ""))
    new = attaching.split(
        user_of(request), key, _numbers(request, "item"), said, timezone.now(), language=language()
    )  # fmt: skip
    return gettext("Split off as situation %(key)s.") % {"key": new.key}


def _task(request: HttpRequest, key: str) -> str:
    form = TaskForm(request.POST)
    _check(form)
    said = form.cleaned_data
    tasks.give_task(
        user_of(request), key, timezone.now(), text=said["text"], owner=said["owner"], service=said["service"],
        due_at=said["due"],
    )  # fmt: skip
    return gettext("Task given.")


def _task_end(request: HttpRequest, key: str) -> str:
    is_dropped = "drop" in request.POST
    tasks.end_task(user_of(request), key, _number(request, "task"), timezone.now(), is_dropped=is_dropped)
    return gettext("Task dropped.") if is_dropped else gettext("Task done.")


def _unit(request: HttpRequest, key: str) -> str:
    status = request.POST.get("status", "")
    found = units.set_unit(user_of(request), _number(request, "unit"), timezone.now(), status=status, key=key)
    return f"{found.code}: {found.get_status_display()}"


def _draw(request: HttpRequest, key: str) -> str:
    said = {name: request.POST.get(name, "") for name in ("what", "geometry", "said")}
    metres = _number(request, "radius")
    if metres:
        said |= {"what": "perimeter", "geometry": sketches.circle(Situation.objects.get(key=key), metres)}
    sketches.draw(user_of(request), key, timezone.now(), **said)
    return gettext("Drawn.")


def _rub_out(request: HttpRequest, key: str) -> str:
    sketches.rub_out(user_of(request), key, _number(request, "sketch"), timezone.now())
    return gettext("Taken off the map.")


def _share(request: HttpRequest, key: str) -> str:
    form = SharingForm(request.POST)
    _check(form)
    said = form.cleaned_data
    made, secret = sharing.share(
        user_of(request), key, timezone.now(), partner=said["partner"], parts=said["parts"], lasts=said["lasts"]
    )
    address = request.build_absolute_uri(reverse("situations:invited", args=[secret]))
    request.session["situation_link"] = {"share": made.pk, "address": address}
    return gettext("The link is below. It is shown once.")


def _revoke(request: HttpRequest, key: str) -> str:
    sharing.revoke(user_of(request), key, _number(request, "share"), timezone.now())
    return gettext("The link opens nothing any more.")


VERBS: Mapping[str, Verb] = MappingProxyType(
    {
        "start": _start, "resolve": _resolve, "close": _close, "reopen": _reopen, "describe": _describe,
        "step": _step, "skip": _skip, "seen": _seen, "attach": _attach, "detach": _detach, "note": _note,
        "split": _split, "task": _task, "task-end": _task_end, "unit": _unit, "draw": _draw, "rub-out": _rub_out,
        "share": _share, "revoke": _revoke,
    }
)  # fmt: skip
ANCHORS = {
    "attach": "items", "detach": "items", "note": "line", "split": "items", "task": "tasks", "task-end": "tasks",
    "unit": "units", "draw": "map", "rub-out": "map", "share": "shares", "revoke": "shares",
}  # fmt: skip
"""Which part of the page shows what a verb did; the sheet where none is named."""


@require_POST
@requires(Right.HANDLE_SITUATIONS)
def acting(request: HttpRequest, key: str, verb: str) -> HttpResponse:
    """Do something to a situation; `verb` says what."""
    act = VERBS.get(verb)
    if act is None or not Situation.objects.filter(key=key).exists():
        raise Http404
    try:
        said = act(request, key)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        last = LogLine.objects.filter(situation__key=key, by=user_of(request)).order_by("-pk").first()
        is_undoable = last is not None and last.act is not None and bool(last.changes)
        way = f"undo:{reverse('situations:undo', args=[last.act])}" if is_undoable and last is not None else ""
        messages.success(request, said, extra_tags=way)
    return redirect(f"{reverse('situations:page', args=[key])}#{ANCHORS.get(verb, 'sheet')}")


@require_POST
@requires(Right.HANDLE_SITUATIONS)
def undoing(request: HttpRequest, act: str) -> HttpResponse:
    """Undo one's last act."""
    try:
        line = LogLine.objects.filter(act=uuid.UUID(act)).select_related("situation").first()
    except ValueError as error:
        raise Http404 from error
    if line is None:
        raise Http404
    try:
        undo(user_of(request), act, timezone.now())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, gettext("Undone."))
    return redirect("situations:page", line.situation.key)


def _check(form: DescribingForm | SharingForm | TaskForm) -> None:
    """Refuse a form with what is wrong of each field.

    Raises:
        ValidationError: something is.
    """
    if not form.is_valid():
        labels = {name: str(field.label) for name, field in form.fields.items()}
        raise ValidationError(
            [f"{labels.get(name, '')}: {' '.join(map(str, said))}" for name, said in form.errors.items()]
        )


def _number(request: HttpRequest, name: str) -> int:
    return next(iter(_numbers(request, name)), 0)


def _numbers(request: HttpRequest, name: str) -> list[int]:
    return [int(text) for text in request.POST.getlist(name) if text.isascii() and text.isdigit() and len(text) < 18]
