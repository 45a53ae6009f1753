"""Acts on purposes, grants and openings: each checks the right, writes, and leaves a line; or nothing is done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from quietude.journal.api import Kind, operator
from quietude.model.event import Sensitivity
from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Right, Role
from quietude.portal.journal.recording import Act, note
from quietude.portal.rights.groups import Access, Group, Motive
from quietude.portal.rights.models import USUAL_ACT, Grant, Level, Opening, Purpose
from quietude.portal.rights.usual import USUAL

PROTECTION = "protection"  # the purpose of whoever answers persons: facts that are restricted stay open to it
OPEN_FOR = timedelta(hours=1)  # a task; handing over a shift or following a report takes less
BROKEN_FOR = timedelta(minutes=15)
REVIEW_EVERY = timedelta(days=365)


def name_of(by: User | None, right: Right) -> tuple[str, str]:
    """Return how a grant and the journal name the actor, None being the command line.

    Raises:
        PermissionDenied: the account lacks the right.
    """
    if by is None:
        return operator(), operator()
    if not by.holds(right):
        raise PermissionDenied
    return by.username, f"user:{by.pk}"


@transaction.atomic
def give(by: User | None, grant: Grant, *, replaces: bool = False) -> Grant:
    """Give a grant; where it replaces, those that the person holds are withdrawn in the same breath.

    Raises:
        PermissionDenied: `by` may not manage grants, or would give one to itself.
        ValidationError: a field is refused.
    """
    grant.given_by, who = name_of(by, Right.MANAGE_GRANTS)
    if by is not None and grant.holder_id == by.pk:
        raise PermissionDenied
    check(grant)
    grant.full_clean()
    if replaces:
        for held in Grant.objects.filter(holder_id=grant.holder_id, withdrawn_at=None):
            withdraw(by, held)
    grant.save()
    note(
        Act(
            kind=Kind.MODIFY,
            who=who,
            to_whom=f"user:{grant.holder_id}",
            detail={"grant": str(grant.pk), "act": "given"},
        )
    )
    return grant


def check(grant: Grant) -> None:
    """Check what the fields say together.

    Raises:
        ValidationError: it cannot be given as it is.
    """
    wrong: dict[str, str] = {}
    if grant.until is not None and grant.until < grant.since:
        wrong["until"] = gettext("It ends before it begins.")
    if grant.ceiling == Sensitivity.CONFIDENTIAL and grant.purpose.code != PROTECTION:
        wrong["ceiling"] = gettext("Confidential facts, restricted ones among them, are for data protection only.")
    if grant.level == Level.COUNT:
        said = gettext("Facts that may only be counted have no column that is read: keep it closed.")
        wrong |= {group.value: said for group in Group if grant.access(group) != Access.CLOSED}
    if grant.purpose.needs_training:
        said = gettext("This purpose is only for persons designated and trained: give the act and the dates.")
        wrong |= {name: said for name in ("designation", "trained_on", "training_until") if not getattr(grant, name)}
    if grant.training_until is not None and grant.trained_on is not None and grant.training_until < grant.trained_on:
        wrong["training_until"] = gettext("It ends before it begins.")
    if wrong:
        raise ValidationError(wrong)


@transaction.atomic
def give_usual(by: User | None, user: User, *, today: date) -> Grant:
    """Give the grant that usually comes with the account's role."""
    usual = USUAL[Role(user.role)]
    grant = Grant(
        holder=user,
        purpose=Purpose.objects.get(code=usual.purpose),
        ceiling=usual.ceiling.value,
        title=usual.title,
        text=usual.text,
        record=usual.record,
        place=usual.place,
        since=today,
        designation=gettext(USUAL_ACT),
    )
    return give(by, grant)


@transaction.atomic
def withdraw(by: User | None, grant: Grant) -> None:
    """Withdraw a grant: it opens nothing from the next request on.

    Raises:
        PermissionDenied: `by` may not manage grants.
    """
    grant.withdrawn_by, who = name_of(by, Right.MANAGE_GRANTS)
    grant.withdrawn_at = timezone.now()
    grant.save(update_fields=["withdrawn_by", "withdrawn_at"])
    note(
        Act(
            kind=Kind.MODIFY,
            who=who,
            to_whom=f"user:{grant.holder_id}",
            detail={"grant": str(grant.pk), "act": "withdrawn"},
        )
    )


@transaction.atomic
def confirm(by: User, grant: Grant, *, today: date) -> None:
    """Confirm a grant in the yearly review.

    Raises:
        PermissionDenied: `by` may not manage grants.
    """
    grant.reviewed_by, who = name_of(by, Right.MANAGE_GRANTS)
    grant.reviewed_on = today
    grant.save(update_fields=["reviewed_by", "reviewed_on"])
    note(
        Act(
            kind=Kind.MODIFY,
            who=who,
            to_whom=f"user:{grant.holder_id}",
            detail={"grant": str(grant.pk), "act": "reviewed"},
        )
    )


@transaction.atomic
def keep_purpose(by: User | None, purpose: Purpose) -> None:
    """Write an entry of the register of purposes.

    Raises:
        PermissionDenied: `by` may not manage grants.
        ValidationError: a field is refused.
    """
    _, who = name_of(by, Right.MANAGE_GRANTS)
    purpose.full_clean()
    purpose.save()
    note(Act(kind=Kind.MODIFY, who=who, purpose=purpose.code, detail={"purpose": purpose.code, "act": "kept"}))


@transaction.atomic
def open_on_demand(user: User, purpose: Purpose, *, kind: Opening.Kind, motive: str, words: str = "") -> Opening:
    """Open what is closed, for the time of a task.

    Raises:
        PermissionDenied: the account may not.
        ValidationError: no motive, or none in words where words are asked for.
    """
    if not user.holds(Right.OPEN_ON_DEMAND):
        raise PermissionDenied
    words = " ".join(words.split())
    if motive not in Motive.values:
        raise ValidationError({"motive": gettext("Say why.")})
    if len(words) < MIN_WORDS and (motive == Motive.OTHER or kind == Opening.Kind.BREAK_GLASS):
        raise ValidationError({"words": gettext("Say why in a few words: at least ten letters.")})
    now = timezone.now()
    Opening.objects.filter(holder=user, purpose=purpose, closed_at=None, until__gt=now).update(closed_at=now)
    lasts = BROKEN_FOR if kind == Opening.Kind.BREAK_GLASS else OPEN_FOR
    opening = Opening.objects.create(
        holder=user, purpose=purpose, kind=kind, motive=motive, words=words, opened_at=now, until=now + lasts
    )
    _note_opening(opening, {"act": str(kind), "until": opening.until.isoformat()})
    return opening


MIN_WORDS = 10  # letters: enough for "vol rue X", not for a dot


@transaction.atomic
def close(user: User, opening: Opening) -> None:
    """Close what was opened, before its time.

    Raises:
        PermissionDenied: it is another person's.
    """
    if opening.holder_id != user.pk:
        raise PermissionDenied
    opening.closed_at = timezone.now()
    opening.save(update_fields=["closed_at"])
    _note_opening(opening, {"act": "closed"})


@transaction.atomic
def review(by: User, opening: Opening, *, verdict: str, finding: str) -> None:
    """Judge an opening: a positive act with a reason, by somebody else.

    Raises:
        PermissionDenied: `by` may not supervise, or opened it.
        ValidationError: no verdict, or no reason.
    """
    _, who = name_of(by, Right.SUPERVISE)
    if opening.holder_id == by.pk:
        raise PermissionDenied
    if verdict not in Opening.Verdict.values or len(finding.strip()) < MIN_WORDS:
        raise ValidationError(gettext("Choose a verdict and give a reason, at least ten letters."))
    opening.verdict, opening.finding = verdict, finding.strip()
    opening.reviewed_by, opening.reviewed_at = by.username, timezone.now()
    opening.save(update_fields=["verdict", "finding", "reviewed_by", "reviewed_at"])
    note(
        Act(
            kind=Kind.MODIFY,
            who=who,
            to_whom=f"user:{opening.holder_id}",
            detail={"opening": str(opening.pk), "act": f"judged {verdict}"},
        )
    )


def _note_opening(opening: Opening, detail: Mapping[str, str]) -> None:
    note(
        Act(
            kind=Kind.MODIFY,
            who=f"user:{opening.holder_id}",
            purpose=opening.purpose.code,
            motive=opening.said_motive,
            detail={"opening": str(opening.pk), **detail},
        )
    )
