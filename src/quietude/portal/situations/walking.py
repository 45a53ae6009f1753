"""Reflex sheets in situations: where the walk stands, and acts on steps."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext

from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Right
from quietude.portal.situations.changing import Acting, What, handled, open_one
from quietude.portal.situations.models import SheetAct, Situation, State
from quietude.portal.situations.telling import tell_skipped
from quietude.situations.api import Acted, Fate, Walk, walk


def walk_of(situation: Situation) -> Walk:
    """Return how far the reflex sheet of a situation has come."""
    acted = {
        act.step: Acted(act.at, is_skipped=act.is_skipped, answer=act.answer)
        for act in situation.sheet_acts.all()
        if act.removed_at is None
    }
    return walk(situation.edition.kind.sheet, acted, situation.opened_at)


@transaction.atomic
def do_step(by: User, key: str, step: str, now: datetime, *, answer: str = "", said: str = "") -> Situation:
    """Do a step, or answer what it asks; a second answer stands in the place of the first.

    Raises:
        ValidationError: the sheet has no such step or answer, or the step is not on the way.
    """
    situation = open_one(by, key)
    found = situation.edition.kind.sheet.step(step)
    on_way = {stage.step.key: stage for stage in walk_of(situation).stages}
    if found is None or step not in on_way:
        raise ValidationError(gettext("This step is not on the way any more: look at the sheet again."))
    if found.asks and answer not in {each.key for each in found.answers}:
        raise ValidationError({"answer": gettext("Choose one of the answers.")})
    before = on_way[step].acted
    if before is not None and not before.is_skipped and before.answer == answer:
        raise ValidationError(gettext("Somebody did this step already."))
    acting = Acting(by, now)
    _begin(acting, situation)
    row = situation.sheet_acts.create(step=step, answer=answer if found.asks else "", said=said.strip(), at=now, by=by)
    acting.made(row)
    acting.line(situation, What.STEP_DONE, said=said, ref=f"{step}={answer}" if found.asks else step)
    return situation


@transaction.atomic
def skip_step(by: User, key: str, step: str, now: datetime, *, why: str) -> Situation:
    """Leave a step out; a mandatory one needs a reason, and a supervisor is told.

    Raises:
        ValidationError: the step is not on the way, is done, or needs a reason.
    """
    situation = open_one(by, key)
    stage = next((each for each in walk_of(situation).stages if each.step.key == step), None)
    if stage is None or stage.fate is not Fate.OPEN:
        raise ValidationError(gettext("This step is not on the way any more: look at the sheet again."))
    if stage.step.mandatory and not why.strip():
        raise ValidationError({"why": gettext("This step is mandatory: say why it is left out. A supervisor is told.")})
    acting = Acting(by, now)
    _begin(acting, situation)
    row = situation.sheet_acts.create(step=step, is_skipped=True, said=why.strip(), at=now, by=by)
    acting.made(row)
    acting.line(situation, What.STEP_SKIPPED, said=why, ref=step)
    if stage.step.mandatory:
        tell_skipped(situation, step, now)
    return situation


def _begin(acting: Acting, situation: Situation) -> None:
    """Take a new situation in hand with its first step."""
    if situation.state == State.NEW:
        acting.change(situation, state=State.IN_PROGRESS, lead=acting.by, started_at=acting.now)


def unseen_skips() -> QuerySet[SheetAct]:
    """Return the mandatory steps that were left out and that no supervisor has seen, the oldest first."""
    found = SheetAct.objects.filter(is_skipped=True, removed_at=None, seen_at=None)
    found = found.select_related("situation__edition", "by").order_by("pk")
    mandatory = [act.pk for act in found if _is_mandatory(act)]
    return found.filter(pk__in=mandatory)


def _is_mandatory(act: SheetAct) -> bool:
    step = act.situation.edition.kind.sheet.step(act.step)
    return step is not None and step.mandatory


@transaction.atomic
def see_skip(by: User, key: str, pk: int, now: datetime) -> Situation:
    """Say as a supervisor that one knows of a mandatory step that was left out.

    Raises:
        PermissionDenied: `by` is no supervisor.
        ValidationError: there is none.
    """
    act = SheetAct.objects.filter(pk=pk, situation__key=key, is_skipped=True, seen_at=None).first()
    if not by.holds(Right.SUPERVISE):
        raise PermissionDenied
    if act is None:
        raise ValidationError(gettext("Somebody has seen it already."))
    (situation,) = handled(by, [key])
    acting = Acting(by, now)
    acting.change(act, seen_at=now, seen_by=by)
    acting.line(situation, What.SKIP_SEEN, ref=act.step)
    return situation
