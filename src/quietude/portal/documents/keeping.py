"""How long documents are kept: terms, legal holds, deletion for good."""

from __future__ import annotations

from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from quietude.journal.api import Kind
from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Right
from quietude.portal.documents.acts import line, refuse_locked, step
from quietude.portal.documents.changes import changed
from quietude.portal.documents.models import Document, Step
from quietude.portal.journal.recording import note
from quietude.portal.protection.durations import current_held
from quietude.portal.protection.scrubbing import scrub_database

REASON_MIN = 3


@transaction.atomic
def keep_until(by: User, document: Document, until: date, *, reason: str, now: datetime | None = None) -> Document:
    """Change the last day that a document is kept; that of what is written once can only be put off.

    Raises:
        PermissionDenied: `by` does not keep documents.
        ValidationError: the reason is missing, or the term of what is written once would come earlier.
    """
    held, said, now = _held(by, document), reasoned(reason), now or timezone.now()
    if until < held.retain_until:
        refuse_locked(held, now)
    if until != held.retain_until:
        before, held.retain_until = held.retain_until, until
        held.save(update_fields=["retain_until"])
        step(held, Step.What.KEPT, by, now, f"{before:%d/%m/%Y} → {until:%d/%m/%Y}: {said}")
        note(line(Kind.MODIFY, by, held, act="term", until=until.isoformat(), reason=said))
        changed(held)
    return held


@transaction.atomic
def hold(by: User, document: Document, *, reason: str, now: datetime | None = None) -> Document:
    """Put a document under legal hold: until it is lifted, nothing deletes it, whatever its term.

    Raises:
        PermissionDenied: `by` does not keep documents.
        ValidationError: the reason is missing, or it is under hold already.
    """
    held, said, now = _held(by, document), reasoned(reason), now or timezone.now()
    if held.is_held:
        raise ValidationError(gettext("A legal hold keeps this document already."))
    held.held_at, held.held_by, held.hold_reason = now, by, said
    held.save(update_fields=["held_at", "held_by", "hold_reason"])
    step(held, Step.What.HELD, by, now, said)
    note(line(Kind.MODIFY, by, held, act="held", reason=said))
    return held


@transaction.atomic
def release(by: User, document: Document, *, reason: str, now: datetime | None = None) -> Document:
    """Lift the legal hold of a document.

    Raises:
        PermissionDenied: `by` does not keep documents.
        ValidationError: the reason is missing, or there is no hold.
    """
    held, said, now = _held(by, document), reasoned(reason), now or timezone.now()
    if not held.is_held:
        raise ValidationError(gettext("No legal hold keeps this document."))
    held.held_at, held.held_by, held.hold_reason = None, None, ""
    held.save(update_fields=["held_at", "held_by", "hold_reason"])
    step(held, Step.What.RELEASED, by, now, said)
    note(line(Kind.MODIFY, by, held, act="released", reason=said))
    return held


def delete(by: User, document: Document, *, reason: str, now: datetime | None = None) -> None:
    """Delete a document for good: its files, pictures, text, notes; the journal alone says that it was.

    Raises:
        PermissionDenied: `by` does not keep documents.
        ValidationError: the reason is missing, it is written once and its term is not over, or a legal hold keeps it.
    """
    now = now or timezone.now()
    with transaction.atomic():
        held, said = _held(by, document), reasoned(reason)
        refuse_locked(held, now)
        if held.is_held or current_held().names(held.source):
            raise ValidationError(gettext("A legal hold keeps this document: it is lifted first, with a reason."))
        note(line(Kind.ERASE, by, held, act="deleted", reason=said))
        held.delete()
    scrub_database()


def reasoned(reason: str) -> str:
    """Return a reason on one line.

    Raises:
        ValidationError: there is none.
    """
    said = " ".join(reason.split())[:300]
    if len(said) < REASON_MIN:
        raise ValidationError({"reason": gettext("Say why, in a few words.")})
    return said


def _held(by: User, document: Document) -> Document:
    if not by.holds(Right.KEEP_DOCUMENTS):
        raise PermissionDenied
    return Document.objects.select_for_update().get(pk=document.pk)
