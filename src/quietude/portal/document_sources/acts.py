"""What people do with a source of documents: have it looked at now, pause it, agree to deletions."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from quietude.journal.api import Kind
from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Right
from quietude.portal.document_sources.models import Source
from quietude.portal.documents.keeping import reasoned
from quietude.portal.journal.recording import Act, note


@transaction.atomic
def look_now(by: User, name: str, *, now: datetime | None = None) -> None:
    """Have a source looked at within seconds, whatever its schedule and its failures.

    Raises:
        PermissionDenied: `by` does not keep documents.
        ValidationError: it is paused.
    """
    source = _held(by, name)
    if source.paused_at is not None:
        raise ValidationError(gettext("This source is paused. Go on with it first."))
    source.next_at = now or timezone.now()
    source.save(update_fields=["next_at"])
    _note(by, name, "look_now")


@transaction.atomic
def pause(by: User, name: str, *, now: datetime | None = None) -> None:
    """Follow a source no more, until somebody goes on with it; its documents stay.

    Raises:
        PermissionDenied: `by` does not keep documents.
    """
    source = _held(by, name)
    if source.paused_at is None:
        source.paused_at, source.paused_by = now or timezone.now(), by
        source.save(update_fields=["paused_at", "paused_by"])
        _note(by, name, "paused")


@transaction.atomic
def resume(by: User, name: str, *, now: datetime | None = None) -> None:
    """Go on with a source, at once.

    Raises:
        PermissionDenied: `by` does not keep documents.
    """
    source = _held(by, name)
    if source.paused_at is not None:
        source.paused_at, source.paused_by, source.next_at = None, None, now or timezone.now()
        source.save(update_fields=["paused_at", "paused_by", "next_at"])
        _note(by, name, "resumed")


@transaction.atomic
def agree(by: User, name: str, deletions: int, *, reason: str, now: datetime | None = None) -> None:
    """Agree that so many documents, which vanished at once there, are deleted here.

    Raises:
        PermissionDenied: `by` does not keep documents.
        ValidationError: the reason is missing, it is paused, or the number is another one by now.
    """
    source, said = _held(by, name), reasoned(reason)
    if source.paused_at is not None:
        raise ValidationError(gettext("This source is paused. Go on with it first."))
    if deletions <= 0 or source.vanished != deletions:
        raise ValidationError(gettext("The number of deletions has changed meanwhile. Look at it once more."))
    source.agreed, source.next_at = deletions, now or timezone.now()
    source.save(update_fields=["agreed", "next_at"])
    _note(by, name, "deletions_agreed", deletions=str(deletions), reason=said)


def _held(by: User, name: str) -> Source:
    if not by.holds(Right.KEEP_DOCUMENTS):
        raise PermissionDenied
    Source.objects.get_or_create(name=name)
    return Source.objects.select_for_update().get(name=name)


def _note(by: User, name: str, act: str, **detail: str) -> None:
    said = {"of": "document_source", "source": name, "act": act} | detail
    note(Act(kind=Kind.MODIFY, who=f"user:{by.pk}", detail=said))
