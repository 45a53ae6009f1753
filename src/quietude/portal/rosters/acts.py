"""Acts on rosters: each checks the right, writes, and leaves a line; or nothing is done."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext

from quietude.journal.api import Kind
from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Right
from quietude.portal.journal.recording import Act, note
from quietude.portal.rosters.models import Replacement, Roster, Turn
from quietude.portal.town import current_town

LONGEST_REPLACEMENT = timedelta(days=366)


@transaction.atomic
def keep_roster(by: User, roster: Roster) -> Roster:
    """Make a roster, or change it.

    Raises:
        PermissionDenied: `by` may not keep rosters.
        ValidationError: a field is refused, or a zone is none of the town's.
    """
    _allowed(by)
    is_new = roster.pk is None
    territory = current_town().territory
    known = {f"{name}:{code}" for name in territory.level_names for code in territory.level(name).by_code}
    unknown = sorted(set(roster.zones) - known)
    if unknown:
        raise ValidationError({"zones": gettext("The town has no zone %(zones)s.") % {"zones": ", ".join(unknown)}})
    roster.full_clean()
    roster.save()
    _note(by, roster, "roster_made" if is_new else "roster_changed")
    return roster


@transaction.atomic
def add_turn(by: User, turn: Turn) -> Turn:
    """Give a person hours of each week.

    Raises:
        PermissionDenied: `by` may not keep rosters.
        ValidationError: a field is refused, or the turn has no day.
    """
    _allowed(by)
    if not turn.days or not set(turn.days) <= set(range(7)):
        raise ValidationError({"days": gettext("Choose at least one day.")})
    if turn.until is not None and turn.until < turn.since:
        raise ValidationError({"until": gettext("It would end before it begins.")})
    turn.full_clean()
    turn.save()
    _note(by, turn.roster, "turn_added", turn.person_id)
    return turn


@transaction.atomic
def remove_turn(by: User, turn: Turn) -> None:
    """Take a person's hours out of a roster.

    Raises:
        PermissionDenied: `by` may not keep rosters.
    """
    _allowed(by)
    _note(by, turn.roster, "turn_removed", turn.person_id)
    turn.delete()


@transaction.atomic
def add_replacement(by: User, made: Replacement, now: datetime) -> Replacement:
    """Have somebody stand in, be there besides, or be away.

    Raises:
        PermissionDenied: `by` may not keep rosters.
        ValidationError: it is about nobody, changes nothing, or is over before it begins.
    """
    _allowed(by)
    if made.person_id is None and made.replaces_id is None:
        raise ValidationError(gettext("Say who is on call, or who is away."))
    if made.person_id is not None and made.person_id == made.replaces_id:
        raise ValidationError({"person": gettext("This is the same person: nothing would change.")})
    if made.ends_at <= made.begins_at or made.ends_at <= now:
        raise ValidationError({"ends_at": gettext("It would be over before it begins, or is past.")})
    if made.ends_at - made.begins_at > LONGEST_REPLACEMENT:
        raise ValidationError({"ends_at": gettext("A year at most: change the weekly turns instead.")})
    made.made_by, made.made_at = by, now
    made.full_clean()
    made.save()
    _note(by, made.roster, "replacement_added", made.person_id or made.replaces_id)
    return made


@transaction.atomic
def remove_replacement(by: User, made: Replacement) -> None:
    """Take an exception back.

    Raises:
        PermissionDenied: `by` may not keep rosters.
    """
    _allowed(by)
    _note(by, made.roster, "replacement_removed", made.person_id or made.replaces_id)
    made.delete()


def _allowed(by: User) -> None:
    if not by.holds(Right.MANAGE_ROSTERS):
        raise PermissionDenied


def _note(by: User, roster: Roster, act: str, person: int | None = None) -> None:
    to_whom = f"user:{person}" if person is not None else ""
    note(Act(kind=Kind.MODIFY, who=f"user:{by.pk}", to_whom=to_whom, detail={"act": act, "roster": roster.code}))
