"""What every act on an entry does besides: asks for the right and the reason, moves the state, notes its line."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext

from quietude.journal.api import Kind as JournalKind
from quietude.portal.accounts.models import User
from quietude.portal.journal.recording import Act
from quietude.portal.logbook import filing
from quietude.portal.logbook.models import Entry, State
from quietude.portal.logbook.writers import may_write
from quietude.sources.api import Logbook

REASON_MIN = 3


def allowed(by: User, logbook: Logbook) -> None:
    """Refuse whoever does not write in a logbook.

    Raises:
        PermissionDenied: `by` does not.
    """
    if not may_write(by, logbook):
        raise PermissionDenied


def reasoned(reason: str) -> str:
    """Return a reason with its blanks as one.

    Raises:
        ValidationError: it says nothing.
    """
    said = " ".join(reason.split())
    if len(said) < REASON_MIN:
        raise ValidationError({"reason": gettext("Say why, in a few words.")})
    return said


def move(entry: Entry, state: State) -> None:
    """Give an entry another state, and have its fact follow."""
    if entry.state != state:
        entry.state = state
        entry.revision += 1
        entry.save(update_fields=["state", "revision"])
        filing.soon()


def line(kind: JournalKind, by: User | str, entry: Entry, purpose: str, detail: dict[str, str]) -> Act:
    """Return the journal's line of an act on an entry, by a person or by a task ("task:follow-ups")."""
    digest = entry.versions.values_list("digest", flat=True).get(version=entry.version)
    said = {"logbook": entry.logbook, "version": str(entry.version), "digest": digest} | detail
    who = by if isinstance(by, str) else f"user:{by.pk}"
    return Act(kind=kind, who=who, purpose=purpose, ids=(entry.label,), detail=said)
