"""Pages of shifts: open one, join it, its crews, what it hands over, close it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from quietude.portal.accounts.access import Right, requires, user_of
from quietude.portal.accounts.models import User
from quietude.portal.logbook.lists import Row, rows_of
from quietude.portal.logbook.reading import Reader, reader_of
from quietude.portal.rights.standing import standing_in
from quietude.portal.services.api import Service
from quietude.portal.shifts import acts
from quietude.portal.shifts.duty import follows, leads, own_services, own_shift, unread_by
from quietude.portal.shifts.forms import CloseForm, CrewForm, OpenForm, language
from quietude.portal.shifts.handover import Due, Handover, handover_of, taken_over
from quietude.portal.shifts.instructions import note_reading
from quietude.portal.shifts.models import Crew, Shift, Subscription, Watch
from quietude.portal.shifts.report_file import templates

PAST = 20  # shifts listed: two weeks of a service that has three a day are on the reports' page


def reader_in(request: HttpRequest) -> Reader:
    """Return who asks, as a reader of entries."""
    return reader_of(user_of(request), standing_in(request))


def shift_for(user: User, key: int) -> Shift:
    """Return a shift that concerns a person; another one does not exist for them.

    Raises:
        Http404: there is none.
    """
    shift = get_object_or_404(Shift.objects.select_related("service__parent", "chief", "closed_by"), pk=key)
    if not follows(user, shift.service):
        raise Http404
    return shift


def handed_over(request: HttpRequest, found: Handover) -> dict[str, Any]:
    """Return a handover as pages show it: its entries as rows, in one read that is noted.

    Of a follow-up that another logbook asks of the service there may be no row: its entry is closed to the reader.
    """
    reader = reader_in(request)
    entries = {entry.pk: entry for entry in (*found.forgotten, *(due.follow_up.entry for due in found.due))}
    readable = reader.entries().filter(pk__in=entries).values_list("pk", flat=True)
    seen = reader.seen([entries[pk] for pk in readable], asked="handover")
    rows = {row.seen.entry.pk: row for row in rows_of(seen, language())}
    due: list[tuple[Due, Row | None]] = [(each, rows.get(each.follow_up.entry_id)) for each in found.due]
    note_reading(user_of(request), found.instructions)
    return {
        "handover": found,
        "forgotten": [rows[entry.pk] for entry in found.forgotten],
        "due": due,
    }


@requires(Right.READ_LOGBOOK)
def home(request: HttpRequest) -> HttpResponse:
    """Show one's shift, the open ones one may join, the last ones, and the bulletin."""
    user, now = user_of(request), timezone.now()
    concerned = [each for each in Service.objects.select_related("parent") if follows(user, each, now)]
    shifts = Shift.objects.filter(service__in=concerned).select_related("service", "chief", "closed_by")
    present, own = own_shift(user), own_services(user, now)
    shown = {
        "present": present,
        "can_open": bool(own),
        "open_shifts": [
            (each, each.service in own and each != present, each.is_forgotten(now), leads(user, each))
            for each in shifts.filter(closed_at=None)
        ],
        "past": shifts.exclude(closed_at=None)[:PAST],
        "bulletins": [(each, each.say(language()), user.bulletins.filter(service=each).exists()) for each in concerned],
        "has_email": bool(user.email),
    }
    return render(request, "shifts/home.html", shown)


@requires(Right.WRITE_LOGBOOK)
def opening(request: HttpRequest) -> HttpResponse:
    """Open a shift; what the one before left, and unread instructions, stand beside the form."""
    user, now = user_of(request), timezone.now()
    services = own_services(user, now)
    if not services:
        raise PermissionDenied
    form = OpenForm(user, services, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            shift = acts.open_shift(
                user, said["service"], Watch(said["watch"]), said["begins"], said["ends"], chief=said["chief"]
            )
        except ValidationError as error:
            form.refuse(error)
        else:
            messages.success(request, gettext("The shift is open."))
            return redirect("shifts:shift", shift.pk)
    unread = list(unread_by(user, now))
    note_reading(user, unread)
    shown = {"form": form, "unread": unread, **handed_over(request, taken_over(services[0], reader_in(request), now))}
    return render(request, "shifts/open.html", shown, status=400 if form.errors else 200)


@requires(Right.READ_LOGBOOK)
def page(request: HttpRequest, key: int) -> HttpResponse:
    """Show a shift: who is on it, its crews, what it hands over, its reports; send a crew out."""
    user, now = user_of(request), timezone.now()
    shift = shift_for(user, key)
    is_on = shift.attendances.filter(person=user, until=None).exists()
    may_act = shift.is_open and (is_on or leads(user, shift))
    form = CrewForm(shift, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if not may_act:
            raise PermissionDenied
        if form.is_valid() and _sent_out(user, shift, form):
            messages.success(request, gettext("The crew is out."))
            return redirect("shifts:shift", key)
    unread = list(unread_by(user, now)) if is_on else []
    reports = list(shift.reports.filter(regime=_regime(request)).select_related("signed_by"))
    signed = {each.template for each in reports}
    shown = {
        "shift": shift,
        "service": shift.service.say(language()),
        "hours": _hours(shift),
        "is_on": is_on,
        "may_act": may_act,
        "leads": leads(user, shift),
        "can_join": shift.is_open and not is_on and shift.service in own_services(user, now),
        "is_forgotten": shift.is_forgotten(now),
        "attendances": shift.attendances.select_related("person"),
        "crews": shift.crews.prefetch_related("members__person"),
        "form": form,
        "now": now,
        "unread": unread,
        "templates": [
            (name, each.title.say(language()))
            for name, each in templates().items()
            if each.about == "shift" and name not in signed
        ],
        "reports": reports,
        **handed_over(request, handover_of(shift, reader_in(request), now)),
    }
    return render(request, "shifts/shift.html", shown, status=400 if form.errors else 200)


def _sent_out(user: User, shift: Shift, form: CrewForm) -> bool:
    said = form.cleaned_data
    try:
        acts.send_out(
            user, shift, said["code"], list(said["people"]), vehicle=said["vehicle"], since=said["since"],
            until=said["until"],
        )  # fmt: skip
    except ValidationError as error:
        form.refuse(error)
        return False
    return True


def _regime(request: HttpRequest) -> str:
    purpose = standing_in(request).purpose
    return purpose.regime if purpose is not None else ""


def _hours(shift: Shift) -> str:
    minutes = int(shift.length.total_seconds() // 60)
    return f"{minutes // 60} h" + (f" {minutes % 60:02}" if minutes % 60 else "")


@requires(Right.WRITE_LOGBOOK)
def closing(request: HttpRequest, key: int) -> HttpResponse:
    """Close a shift, with what is still open before one's eyes."""
    user = user_of(request)
    shift = shift_for(user, key)
    if not leads(user, shift):
        raise PermissionDenied
    form = CloseForm(request.POST if request.method == "POST" else None, is_chief=shift.chief_id == user.pk)
    if request.method == "POST" and form.is_valid():
        try:
            acts.close_shift(user, shift, word=form.cleaned_data["word"], reason=form.cleaned_data.get("reason", ""))
        except ValidationError as error:
            form.refuse(error)
        else:
            messages.success(request, gettext("The shift is closed. Its report can be signed."))
            return redirect("shifts:shift", key)
    shown = {
        "form": form,
        "shift": shift,
        "service": shift.service.say(language()),
        **handed_over(request, handover_of(shift, reader_in(request), timezone.now())),
    }
    return render(request, "shifts/close.html", shown, status=400 if form.errors else 200)


@requires(Right.WRITE_LOGBOOK)
@require_POST
def joining(request: HttpRequest, key: int) -> HttpResponse:
    """Go on a shift."""
    user = user_of(request)
    shift = shift_for(user, key)
    return _told(request, key, lambda: acts.join(user, shift), gettext("You are on this shift."))


@requires(Right.WRITE_LOGBOOK)
@require_POST
def bringing_back(request: HttpRequest, key: int, pk: int) -> HttpResponse:
    """Note that a crew is back."""
    user = user_of(request)
    crew = get_object_or_404(Crew, pk=pk, shift=shift_for(user, key))
    return _told(request, key, lambda: acts.bring_back(user, crew), gettext("The crew is back."))


def _told(request: HttpRequest, key: int, act: Callable[[], object], said: str) -> HttpResponse:
    try:
        act()
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, said)
    return redirect("shifts:shift", key)


@requires(Right.READ_LOGBOOK)
@require_POST
def bulletin(request: HttpRequest) -> HttpResponse:
    """Get the daily bulletin of a service by e-mail, or no longer."""
    user = user_of(request)
    service = get_object_or_404(Service, code=request.POST.get("service", ""))
    if not follows(user, service):
        raise Http404
    if request.POST.get("wanted") == "yes":
        Subscription.objects.get_or_create(person=user, service=service, defaults={"since": timezone.now()})
        messages.success(request, gettext("You get its bulletin each morning."))
    else:
        Subscription.objects.filter(person=user, service=service).delete()
        messages.success(request, gettext("You get its bulletin no more."))
    return redirect("shifts:home")
