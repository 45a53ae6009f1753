"""Acts on instructions: write, acknowledge, withdraw; who has read and who has not."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from quietude.journal.api import Kind as JournalKind
from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Right
from quietude.portal.journal.recording import Act, note
from quietude.portal.services.api import Service, members_of
from quietude.portal.shifts.duty import follows, instructions_for, own_shift
from quietude.portal.shifts.models import Acknowledgement, Instruction


def instructs(user: User, service: Service, now: datetime | None = None) -> bool:
    """Tell whether a person gives instructions to a service: a supervisor of it, or the chief of its open shift."""
    if not user.holds(Right.WRITE_LOGBOOK) or not follows(user, service, now):
        return False
    shift = own_shift(user)
    return user.holds(Right.SUPERVISE) or (
        shift is not None and shift.service_id == service.pk and shift.chief_id == user.pk
    )


@transaction.atomic
def write(
    by: User,
    service: Service,
    text: str,
    *,
    is_priority: bool = False,
    until: datetime | None = None,
    now: datetime | None = None,
) -> Instruction:
    """Give an instruction to a service; its writer has read it.

    Raises:
        PermissionDenied: `by` gives the service no instructions.
        ValidationError: it says nothing, or ends before it begins.
    """
    now = now or timezone.now()
    if not instructs(by, service, now):
        raise PermissionDenied
    if until is not None and until <= now:
        raise ValidationError({"until": gettext("This is past: the instruction would hold for nobody.")})
    made = Instruction(
        service=service, text=text.strip(), is_priority=is_priority, until=until, written_at=now, written_by=by
    )
    made.full_clean()
    made.save()
    Acknowledgement.objects.create(instruction=made, person=by, at=now)
    note(_line(JournalKind.COLLECT, by, made, "instruction_written"))
    return made


@transaction.atomic
def acknowledge(by: User, instruction: Instruction, *, now: datetime | None = None) -> Acknowledgement:
    """Say to have read an instruction; saying it again changes nothing.

    Raises:
        PermissionDenied: it is not in force for `by`.
    """
    now = now or timezone.now()
    if not instructions_for(by, now).filter(pk=instruction.pk).exists():
        raise PermissionDenied
    found, is_new = Acknowledgement.objects.get_or_create(instruction=instruction, person=by, defaults={"at": now})
    if is_new:
        note(_line(JournalKind.MODIFY, by, instruction, "instruction_read"))
    return found


@transaction.atomic
def withdraw(by: User, instruction: Instruction, *, now: datetime | None = None) -> Instruction:
    """Take an instruction out of force; it stays readable. Of two who do it at once, the first did.

    Raises:
        PermissionDenied: `by` gives the service no instructions.
    """
    now = now or timezone.now()
    if not instructs(by, instruction.service, now):
        raise PermissionDenied
    held = Instruction.objects.select_for_update().get(pk=instruction.pk)
    if held.withdrawn_at is None:
        held.withdrawn_at, held.withdrawn_by = now, by
        held.save(update_fields=["withdrawn_at", "withdrawn_by"])
        note(_line(JournalKind.MODIFY, by, held, "instruction_withdrawn"))
    return held


def readers(instruction: Instruction, now: datetime) -> tuple[list[Acknowledgement], list[User]]:
    """Return who has read an instruction, and who of the service has not."""
    have = list(instruction.acknowledgements.select_related("person"))
    known = {each.person_id for each in have}
    missing = members_of(instruction.service, now, within=True).exclude(pk__in=known)
    return have, [person for person in missing if person.holds(Right.READ_LOGBOOK)]


def note_reading(by: User, instructions: Iterable[Instruction]) -> None:
    """Note that instructions were shown to a person, in one line.

    Raises:
        JournalUnavailableError: the line cannot be written; nothing may be shown.
    """
    keys = ",".join(str(each.pk) for each in instructions)
    if keys:
        note(Act(kind=JournalKind.CONSULT, who=f"user:{by.pk}", detail={"act": "instructions_shown", "which": keys}))


def _line(kind: JournalKind, by: User, instruction: Instruction, act: str) -> Act:
    detail = {"act": act, "service": instruction.service.code, "instruction": str(instruction.pk)}
    return Act(kind=kind, who=f"user:{by.pk}", detail=detail)
