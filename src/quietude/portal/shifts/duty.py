"""Who is on which shift, and which logbooks a service keeps."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Right
from quietude.portal.logbook.models import Entry
from quietude.portal.services.api import Service, services_of
from quietude.portal.shifts.models import Attendance, Instruction, Shift
from quietude.portal.town import current_town
from quietude.sources.api import Logbook


def own_shift(user: User) -> Shift | None:
    """Return the open shift that a person is on."""
    found = user.attendances.filter(until=None, shift__closed_at=None).select_related("shift__service", "shift__chief")
    attendance = found.first()
    return attendance.shift if attendance is not None else None


def own_services(user: User, now: datetime | None = None) -> tuple[Service, ...]:
    """Return the services whose shifts a person may open: those one belongs to, for whoever writes in logbooks."""
    return services_of(user, now or timezone.now()) if user.holds(Right.WRITE_LOGBOOK) else ()


def above(service: Service) -> list[Service]:
    """Return a service and those it is part of, from the bottom up."""
    found = [service]
    while found[-1].parent is not None and found[-1].parent not in found:
        found.append(found[-1].parent)
    return found


def follows(user: User, service: Service, now: datetime | None = None) -> bool:
    """Tell whether the shifts of a service concern a person: a member of it, or of what it is part of."""
    if not user.holds(Right.READ_LOGBOOK):
        return False
    held = set(services_of(user, now or timezone.now()))
    return any(each in held for each in above(service))


def leads(user: User, shift: Shift) -> bool:
    """Tell whether a person answers for a shift: its chief, or a supervisor whom it concerns."""
    if not user.holds(Right.WRITE_LOGBOOK):
        return False
    return shift.chief_id == user.pk or (user.holds(Right.SUPERVISE) and follows(user, shift.service))


def logbooks_of(service: Service) -> list[Logbook]:
    """Return the logbooks that a service keeps: its own, and those of what it is part of."""
    codes = {each.code for each in above(service)}
    return [each for each in current_town().logbooks.values() if codes & set(each.services)]


def during(shift: Shift) -> Q:
    """Return the condition of the entries of a shift: in its service's logbooks, while it lasted."""
    names = [logbook.name for logbook in logbooks_of(shift.service)]
    return Q(logbook__in=names, occurred_at__gte=shift.begins_at, occurred_at__lt=shift.until)


def last_shift_entries(user_pk: int) -> Q | None:
    """Return the condition of the entries of a person's open shift, or else of the last one they were on; or None."""
    mine = Attendance.objects.filter(person_id=user_pk).select_related("shift__service__parent")
    found = mine.filter(until=None).first() or mine.order_by("-since", "-pk").first()
    return during(found.shift) if found is not None else None


def entries_during(shift: Shift, entries: QuerySet[Entry]) -> QuerySet[Entry]:
    """Return those of some entries that belong to a shift, in the order in which they happened."""
    return entries.filter(during(shift)).order_by("occurred_at", "pk")


def in_force(now: datetime) -> Q:
    """Return the condition of instructions that hold at a moment."""
    return Q(withdrawn_at=None) & (Q(until=None) | Q(until__gt=now))


def instructions_for(user: User, now: datetime) -> QuerySet[Instruction]:
    """Return the instructions in force for a person: of one's services and of what these are part of."""
    if not user.holds(Right.READ_LOGBOOK):
        return Instruction.objects.none()
    concerned = {each.pk for service in services_of(user, now) for each in above(service)}
    return Instruction.objects.filter(in_force(now), service__in=concerned).select_related("service", "written_by")


def unread_by(user: User, now: datetime) -> QuerySet[Instruction]:
    """Return the instructions in force that a person has not said to have read."""
    return instructions_for(user, now).exclude(acknowledgements__person=user)
