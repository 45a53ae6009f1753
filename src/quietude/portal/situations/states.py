"""Where a situation stands: taken in hand, resolved, closed, reopened; and what is said of it."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import get_language, gettext

from quietude.portal.accounts.models import User
from quietude.portal.logbook.acts import zones_at
from quietude.portal.logbook.content import Place
from quietude.portal.situations.changing import Acting, What, handled, open_one
from quietude.portal.situations.models import Situation, State
from quietude.portal.situations.opening import kept_until
from quietude.portal.situations.telling import tell_no_more, tell_skipped
from quietude.portal.situations.walking import walk_of
from quietude.portal.town import current_town


@transaction.atomic
def start(by: User, key: str, now: datetime) -> Situation:
    """Take a situation in hand: whoever does leads it.

    Raises:
        ValidationError: it is over, or `by` leads it already.
    """
    situation = open_one(by, key)
    if situation.state == State.IN_PROGRESS and situation.lead_id == by.pk:
        raise ValidationError(gettext("You lead this situation already."))
    acting = Acting(by, now)
    values = {"lead": by, "state": State.IN_PROGRESS, "started_at": situation.started_at or now, "resolved_at": None}
    acting.change(situation, **values)
    acting.line(situation, What.STARTED)
    return situation


@transaction.atomic
def resolve(by: User, key: str, now: datetime, *, outcome: str, why: str = "") -> Situation:
    """Say that what went on is over.

    Raises:
        ValidationError: it is resolved already, nothing is said of how it ended, or mandatory steps are still to be
            done and no reason is given for leaving them out.
    """
    situation = open_one(by, key)
    if situation.state == State.RESOLVED:
        raise ValidationError(gettext("This situation is resolved already."))
    if not outcome.strip():
        raise ValidationError({"outcome": gettext("Say how it ended.")})
    acting = Acting(by, now)
    missing = walk_of(situation).missing
    if missing and not why.strip():
        named = ", ".join(stage.step.text.say((get_language() or "fr")[:2]) for stage in missing)
        said = gettext("Mandatory steps are still to be done: %(steps)s. Do them, or say why they are left out.")
        raise ValidationError({"why": said % {"steps": named}})
    for stage in missing:
        row = situation.sheet_acts.create(step=stage.step.key, is_skipped=True, said=why.strip()[:1000], at=now, by=by)
        acting.made(row)
        acting.line(situation, What.STEP_SKIPPED, said=why, ref=stage.step.key)
        tell_skipped(situation, stage.step.key, now)
    values = {"state": State.RESOLVED, "resolved_at": now, "started_at": situation.started_at or now}
    acting.change(situation, **values, outcome=" ".join(outcome.split())[:1000])
    for unit in situation.units.select_for_update():
        acting.change(unit, situation=None, status="available", status_at=now)
    acting.line(situation, What.RESOLVED, said=outcome)
    return situation


@transaction.atomic
def close(by: User, key: str, now: datetime) -> Situation:
    """Close a resolved situation: nothing of it changes any more, and its term begins.

    Raises:
        ValidationError: it is not resolved yet.
    """
    situation = open_one(by, key)
    if situation.state != State.RESOLVED:
        raise ValidationError(gettext("Resolve the situation first: say how it ended."))
    acting = Acting(by, now)
    until = kept_until(situation.edition.kind, now)
    acting.change(situation, state=State.CLOSED, closed_at=now, keep_until=until)
    for share in situation.shares.filter(revoked_at=None):
        acting.change(share, revoked_at=now)
    acting.line(situation, What.CLOSED)
    tell_no_more(situation)
    return situation


@transaction.atomic
def reopen(by: User, key: str, now: datetime, *, why: str) -> Situation:
    """Go on with a situation that was resolved or closed.

    Raises:
        ValidationError: it is open, part of another one, or no reason is given.
    """
    (situation,) = handled(by, [key])
    if situation.merged_into_id is not None or situation.state not in {State.RESOLVED, State.CLOSED}:
        raise ValidationError(gettext("Only what is resolved or closed can be reopened."))
    if not why.strip():
        raise ValidationError({"why": gettext("Say why.")})
    acting = Acting(by, now)
    acting.change(situation, state=State.IN_PROGRESS, resolved_at=None, closed_at=None)
    acting.line(situation, What.REOPENED, said=why)
    return situation


@transaction.atomic
def describe(by: User, key: str, now: datetime, *, title: str, priority: int, place: Place | None = None) -> Situation:
    """Say anew what it is, how urgent, and where.

    Raises:
        ValidationError: it has no title.
    """
    situation = open_one(by, key)
    if not title.strip():
        raise ValidationError({"title": gettext("Say what it is.")})
    acting = Acting(by, now)
    values: dict[str, object] = {"title": " ".join(title.split())[:120], "priority": priority}
    if place is not None and place.label != situation.place_label:
        names = current_town().territory.level_names
        zones = {level: code for level, code in zip(names, zones_at(place.lon_deg, place.lat_deg), strict=True) if code}
        values |= {
            "place_label": place.label, "lon_deg": place.lon_deg, "lat_deg": place.lat_deg,
            "zones": zones or situation.zones,
        }  # fmt: skip
    acting.change(situation, **values)
    where = f" · {situation.place_label}" if situation.place_label else ""
    acting.line(situation, What.CHANGED, said=f"{situation.title} · P{situation.priority}{where}")
    return situation
