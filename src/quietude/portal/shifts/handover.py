"""What one shift hands over to the next: what is open, what was forgotten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from quietude.portal.logbook.models import Entry, FollowUp, State
from quietude.portal.logbook.reading import Reader
from quietude.portal.logbook.todo import ADDRESSED
from quietude.portal.services.api import Service
from quietude.portal.shifts.duty import above, entries_during, in_force, logbooks_of
from quietude.portal.shifts.models import Instruction, Shift

NEXT = timedelta(hours=12)  # the shift that takes over has the time to do what is due in it
SHOWN_MAX = 100  # lines of each list: more is another page's work


@dataclass(frozen=True, slots=True)
class Due:
    """A follow-up that is open."""

    follow_up: FollowUp
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class Handover:
    """What the next shift has to know, as far as its reader's rights go."""

    forgotten: tuple[Entry, ...]
    """Entries of the shift that nothing followed and nobody closed."""
    due: tuple[Due, ...]
    """Open follow-ups of the service whose time, or reminder, has come, or whose time comes within twelve hours."""
    instructions: tuple[Instruction, ...]
    """In force."""
    unclosed: tuple[Shift, ...]
    """Earlier shifts of the service that nobody closed."""
    before: Shift | None
    """The shift before, whose chief may have left a word."""

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing to hand over."""
        return not (self.forgotten or self.due or self.instructions or self.unclosed)


def handover_of(shift: Shift, reader: Reader, now: datetime) -> Handover:
    """Return what a shift hands over at a moment."""
    forgotten = entries_during(shift, reader.entries()).filter(state=State.OPEN, struck_at=None)
    return _handover(shift.service, reader, now, shift=shift, forgotten=tuple(forgotten[:SHOWN_MAX]))


def taken_over(service: Service, reader: Reader, now: datetime) -> Handover:
    """Return what a service's next shift finds: what the last one left."""
    last = service.shifts.filter(begins_at__lt=now).select_related("service", "chief").first()
    forgotten: tuple[Entry, ...] = ()
    if last is not None:
        found = entries_during(last, reader.entries()).filter(state=State.OPEN, struck_at=None)
        forgotten = tuple(found[:SHOWN_MAX])
    return _handover(service, reader, now, shift=None, forgotten=forgotten, before=last)


def addressed_to(service: Service, reader: Reader) -> Q:
    """Return the condition of the follow-ups that other logbooks ask of a service, of the reader's regimes."""
    regimes = {each.value for grant in reader.viewer.grants for each in grant.regimes}
    return Q(
        service__in=[each.code for each in above(service)], entry__regime__in=regimes, entry__struck_at=None,
        entry__sensitivity__in=[each.value for each in ADDRESSED],
    )  # fmt: skip


def _handover(
    service: Service,
    reader: Reader,
    now: datetime,
    *,
    shift: Shift | None,
    forgotten: tuple[Entry, ...],
    before: Shift | None = None,
) -> Handover:
    names = [logbook.name for logbook in logbooks_of(service)]
    ours = Q(entry__in=reader.entries().filter(logbook__in=names, struck_at=None))
    soon = Q(due_at__lte=now + NEXT) | Q(reminders__at__lte=now)
    open_ones = (
        FollowUp.objects.filter(soon, ours | addressed_to(service, reader), done_at=None)
        .select_related("entry", "assignee")
        .distinct()
    )
    others = service.shifts.filter(closed_at=None).select_related("service", "chief")
    if shift is not None:
        others = others.exclude(pk=shift.pk).filter(begins_at__lte=shift.begins_at)
        before = service.shifts.filter(begins_at__lt=shift.begins_at).exclude(pk=shift.pk).first()
    told = Instruction.objects.filter(in_force(now), service__in=above(service)).select_related("written_by")
    return Handover(
        forgotten=forgotten,
        due=tuple(Due(each, each.due_at is not None and each.due_at < now) for each in open_ones[:SHOWN_MAX]),
        instructions=tuple(told[:SHOWN_MAX]),
        unclosed=tuple(others),
        before=before,
    )
