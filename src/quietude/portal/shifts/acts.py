"""Acts on shifts and crews. Each is whole with its line in the journal, or did not happen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext

from quietude.journal.api import Kind as JournalKind
from quietude.portal.accounts.models import User
from quietude.portal.journal.recording import Act, note
from quietude.portal.services.api import Service, belongs
from quietude.portal.shifts.duty import leads, own_services, own_shift
from quietude.portal.shifts.models import Attendance, Crew, CrewMember, Shift, Watch

LONGEST = timedelta(hours=26)  # a day's duty, with the hour that autumn adds and one to hand over
REASON_MIN = 3


@transaction.atomic
def open_shift(
    by: User,
    service: Service,
    watch: Watch,
    begins_at: datetime,
    ends_at: datetime,
    *,
    chief: User | None = None,
    now: datetime | None = None,
) -> Shift:
    """Open a shift and be on it. An earlier one that nobody closed stays open: the handover says so.

    Raises:
        PermissionDenied: `by` does not belong to the service, or does not write in logbooks.
        ValidationError: the hours are wrong, the chief is not of the service, or `by` is on a shift that still lasts.
    """
    now = now or timezone.now()
    if service not in own_services(by, now):
        raise PermissionDenied
    chief = chief or by
    if not belongs(chief, service, now):
        raise ValidationError({"chief": gettext("This person does not belong to the service.")})
    if ends_at <= begins_at:
        raise ValidationError({"ends": gettext("A shift ends after it begins.")})
    if ends_at - begins_at > LONGEST:
        raise ValidationError({"ends": gettext("A shift lasts 26 hours at most. Check both times.")})
    _come(by, now)
    shift = Shift.objects.create(
        service=service, watch=watch, begins_at=begins_at, ends_at=ends_at, chief=chief, opened_at=now, opened_by=by
    )
    _attend(by, shift, now)
    note(_line(by, shift, {"act": "shift_opened", "chief": f"user:{chief.pk}"}))
    return shift


@transaction.atomic
def join(by: User, shift: Shift, *, now: datetime | None = None) -> Attendance:
    """Be on a shift from now on.

    Raises:
        PermissionDenied: `by` does not belong to its service.
        ValidationError: it is closed, or `by` is on another one that still lasts.
    """
    now = now or timezone.now()
    if shift.service not in own_services(by, now):
        raise PermissionDenied
    held = Shift.objects.select_for_update().get(pk=shift.pk)
    if not held.is_open:
        raise ValidationError(gettext("This shift is closed."))
    here = held.attendances.filter(person=by, until=None).first()
    if here is not None:
        return here
    _come(by, now)
    note(_line(by, held, {"act": "shift_joined"}))
    return _attend(by, held, now)


@transaction.atomic
def close_shift(by: User, shift: Shift, *, word: str = "", reason: str = "", now: datetime | None = None) -> Shift:
    """Close a shift: its crews are back, its people are free. Closing it twice is refused, and changes nothing.

    Args:
        by: its chief, or a supervisor whom it concerns.
        shift: the one to close.
        word: what is handed over to the next shift, in words.
        reason: why somebody else than its chief closes it.
        now: the moment.

    Raises:
        PermissionDenied: `by` does not answer for it.
        ValidationError: it is closed already, or the reason is missing.
    """
    now = now or timezone.now()
    held = Shift.objects.select_for_update().get(pk=shift.pk)
    if not leads(by, held):
        raise PermissionDenied
    if not held.is_open:
        said = gettext("%(who)s has closed this shift already. Nothing was changed.")
        raise ValidationError(said % {"who": held.closed_by})
    reason = " ".join(reason.split())
    if held.chief_id != by.pk and len(reason) < REASON_MIN:
        raise ValidationError({"reason": gettext("You are not its chief: say why you close it.")})
    held.closed_at, held.closed_by, held.word, held.reason = now, by, word.strip(), reason
    held.full_clean(exclude=["chief", "opened_by", "closed_by", "service"])
    held.save()
    held.crews.filter(until=None).update(until=now)
    held.attendances.filter(until=None).update(until=now)
    note(_line(by, held, {"act": "shift_closed"} | ({"reason": reason} if reason else {})))
    return held


@transaction.atomic
def send_out(
    by: User,
    shift: Shift,
    code: str,
    people: Sequence[User],
    *,
    vehicle: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    now: datetime | None = None,
) -> Crew:
    """Send a crew out.

    Raises:
        PermissionDenied: `by` is not on the shift and does not answer for it.
        ValidationError: the shift is closed, nobody is in the crew, its code is out already, a person is in another
            crew at that time, or the hours are wrong.
    """
    now = now or timezone.now()
    held = Shift.objects.select_for_update().get(pk=shift.pk)
    _on_duty(by, held)
    since = since or now
    code = " ".join(code.split())
    _check_crew(held, code, people, since=since, until=until, now=now)
    crew = Crew(shift=held, code=code, vehicle=" ".join(vehicle.split()), since=since, until=until)
    crew.full_clean()
    crew.save()
    CrewMember.objects.bulk_create(CrewMember(crew=crew, person=person) for person in dict.fromkeys(people))
    who = ",".join(f"user:{person.pk}" for person in people)
    note(_line(by, held, {"act": "crew_out", "crew": code, "who": who}))
    return crew


@transaction.atomic
def bring_back(by: User, crew: Crew, *, now: datetime | None = None) -> Crew:
    """Note that a crew is back; one that is back already stays as it is.

    Raises:
        PermissionDenied: `by` is not on the shift and does not answer for it.
    """
    now = now or timezone.now()
    held = Crew.objects.select_for_update().select_related("shift__service").get(pk=crew.pk)
    _on_duty(by, held.shift)
    if held.until is None or held.until > now:
        held.until = max(now, held.since)
        held.save(update_fields=["until"])
        note(_line(by, held.shift, {"act": "crew_back", "crew": held.code}))
    return held


def _check_crew(
    shift: Shift, code: str, people: Sequence[User], *, since: datetime, until: datetime | None, now: datetime
) -> None:
    if not shift.is_open:
        raise ValidationError(gettext("This shift is closed."))
    if not people:
        raise ValidationError({"people": gettext("Choose who is in the crew.")})
    if until is not None and until <= since:
        raise ValidationError({"until": gettext("A crew is back after it went out.")})
    if Crew.objects.filter(shift=shift, code__iexact=code, until=None).exists():
        said = gettext("Crew %(code)s is out already: note first that it is back.")
        raise ValidationError({"code": said % {"code": code}})
    strangers = [person for person in people if not belongs(person, shift.service, now, within=True)]
    if strangers:
        said = gettext("%(who)s does not belong to the service.")
        raise ValidationError({"people": said % {"who": strangers[0]}})
    overlapping = Q(crew__until=None) | Q(crew__until__gt=since)
    overlapping &= Q(crew__since__lt=until) if until is not None else Q()
    other = CrewMember.objects.filter(overlapping, person__in=people, crew__shift__closed_at=None).first()
    if other is not None:
        said = gettext("%(who)s is in crew %(code)s at that time: note first that it is back, or give other times.")
        raise ValidationError({"people": said % {"who": other.person, "code": other.crew.code}})


def _come(by: User, now: datetime) -> None:
    """Leave a shift that is past its planned end; one that still lasts is closed, or left, by hand."""
    present = own_shift(by)
    if present is not None and not present.is_forgotten(now):
        said = gettext("You are on a shift already: %(shift)s. Close it first, or wait until it ends.")
        raise ValidationError(said % {"shift": f"{present.service.title_fr} {present.get_watch_display()}"})
    by.attendances.filter(until=None).update(until=now)


def _attend(by: User, shift: Shift, now: datetime) -> Attendance:
    try:
        with transaction.atomic():
            return Attendance.objects.create(shift=shift, person=by, since=now)
    except IntegrityError as error:
        raise ValidationError(gettext("You have just gone on another shift, in another window.")) from error


def _on_duty(by: User, shift: Shift) -> None:
    if not (leads(by, shift) or shift.attendances.filter(person=by, until=None).exists()):
        raise PermissionDenied


def _line(by: User, shift: Shift, detail: dict[str, str]) -> Act:
    said = {"service": shift.service.code, "shift": str(shift.pk)} | detail
    return Act(kind=JournalKind.MODIFY, who=f"user:{by.pk}", detail=said)
