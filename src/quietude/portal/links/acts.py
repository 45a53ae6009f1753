"""Acts on links: link, unlink, turn a proposal down. Each is whole with its line in the journal, or did not happen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from quietude.journal.api import Kind
from quietude.model.viewer import Viewer
from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Right
from quietude.portal.journal.recording import Act, note
from quietude.portal.links.models import Link, Refusal
from quietude.portal.links.reading import Told, facts_of

REASON_MIN = 3


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the model said of a pair when somebody decided on it."""

    probability: float
    levels: Mapping[str, float]


@transaction.atomic
def link(
    by: User,
    viewer: Viewer,
    uids: Sequence[str],
    *,
    reason: str,
    proposal: Proposal | None = None,
    now: datetime | None = None,
) -> Link:
    """State that two facts are the same; both must be visible to whoever says so.

    Raises:
        PermissionDenied: `by` writes in no logbook, or one of the facts does not exist for them.
        ValidationError: they are of one source, linked already, or the reason is missing.
    """
    first, second = _pair(by, viewer, uids)
    said = _reasoned(reason)
    if first.source == second.source:
        raise ValidationError(gettext("Both are of the same logbook: correct or strike one of them instead."))
    if Link.objects.filter(first=first.uid, second=second.uid, undone_at=None).exists():
        raise ValidationError(gettext("These two are linked already."))
    Refusal.objects.filter(first=first.uid, second=second.uid).delete()
    made = Link.objects.create(
        first=first.uid, first_source=first.source, second=second.uid, second_source=second.source, reason=said,
        is_proposed=proposal is not None, made_at=now or timezone.now(), made_by=by,
        probability=proposal.probability if proposal is not None else None,
        levels=dict(proposal.levels) if proposal is not None else {},
    )  # fmt: skip
    note(_line(by, viewer, (first, second), {"act": "linked", "link": str(made.pk), "reason": said}))
    return made


@transaction.atomic
def unlink(by: User, viewer: Viewer, key: int, *, reason: str, now: datetime | None = None) -> Link:
    """Take a link back: both facts are again as if it had never been made; that it was stays known.

    Raises:
        PermissionDenied: `by` writes in no logbook, or there is no such live link between facts they may see.
        ValidationError: the reason is missing.
    """
    held = Link.objects.select_for_update().filter(pk=key, undone_at=None).first()
    if held is None:
        raise PermissionDenied
    pair = _pair(by, viewer, (held.first, held.second))
    held.undone_reason = _reasoned(reason)
    held.undone_at, held.undone_by = now or timezone.now(), by
    held.save(update_fields=["undone_at", "undone_by", "undone_reason"])
    note(_line(by, viewer, pair, {"act": "unlinked", "link": str(held.pk), "reason": held.undone_reason}))
    return held


@transaction.atomic
def refuse(
    by: User, viewer: Viewer, uids: Sequence[str], proposal: Proposal | None, *, now: datetime | None = None
) -> Refusal:
    """State that two facts are not the same: they are proposed no more.

    Raises:
        PermissionDenied: `by` writes in no logbook, or one of the facts does not exist for them.
    """
    first, second = _pair(by, viewer, uids)
    made, _created = Refusal.objects.get_or_create(
        first=first.uid,
        second=second.uid,
        defaults={
            "made_at": now or timezone.now(),
            "made_by": by,
            "probability": proposal.probability if proposal is not None else None,
            "levels": dict(proposal.levels) if proposal is not None else {},
        },
    )
    note(_line(by, viewer, (first, second), {"act": "link_refused"}))
    return made


def _pair(by: User, viewer: Viewer, uids: Sequence[str]) -> tuple[Told, Told]:
    """Return the two facts, that of the source whose name comes first first."""
    if not by.holds(Right.WRITE_LOGBOOK) or len(set(uids)) != 2:
        raise PermissionDenied
    found = facts_of(viewer, uids)
    if len(found) != 2:
        raise PermissionDenied
    first, second = sorted(found, key=lambda each: (each.source, each.uid))
    return first, second


def _reasoned(reason: str) -> str:
    said = " ".join(reason.split())[:300]
    if len(said) < REASON_MIN:
        raise ValidationError({"reason": gettext("Say why, in a few words.")})
    return said


def _line(by: User, viewer: Viewer, pair: tuple[Told, Told], detail: dict[str, str]) -> Act:
    return Act(
        kind=Kind.LINK, who=f"user:{by.pk}", purpose=viewer.purpose or "", motive=viewer.motive or "",
        ids=[each.id for each in pair], detail=detail,
    )  # fmt: skip
