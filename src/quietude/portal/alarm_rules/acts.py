"""Acts on trials: ask for one, stop it. Each leaves a line in the journal."""

from __future__ import annotations

from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext

from quietude.journal.api import Kind
from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Right
from quietude.portal.alarm_editions.standing import compiled, held_rule
from quietude.portal.alarm_rules import working
from quietude.portal.alarm_rules.models import Trial
from quietude.portal.journal.recording import Act, note

AT_ONCE = 3
"""Trials of one person that wait or run: each reads a year of facts."""
LONGEST_DAYS = 5 * 366


@transaction.atomic
def ask(by: User, name: str, text: str, days: tuple[date, date], *, purpose: str, now: datetime) -> Trial:
    """Have a text tried on the facts of a period of days, both included.

    Raises:
        PermissionDenied: the account may not tune alarms.
        ManifestError: the text is no rule of the town; each fault names its place and a remedy.
        ValidationError: the period is upside down or too long, or too many wait already.
    """
    if not by.holds(Right.TUNE_ALARMS):
        raise PermissionDenied
    compiled(name, text)
    since, until = days
    if not 0 <= (until - since).days < LONGEST_DAYS:
        raise ValidationError(gettext("Give a first day before the last, five years at most."))
    under_way = Trial.objects.filter(asked_by=by, state__in=(Trial.State.WAITING, Trial.State.RUNNING))
    if under_way.count() >= AT_ONCE:
        raise ValidationError(gettext("Three of your trials are under way: wait for one, or stop it."))
    held = held_rule(name)
    former = held.text if held is not None else ""
    trial = Trial.objects.create(
        name=name, text=text, former=former, asked_by=by, purpose=purpose, asked_at=now, since=since, until=until
    )
    _note(by, trial, "rule_tried")
    transaction.on_commit(working.wake)
    return trial


@transaction.atomic
def stop(by: User, trial: Trial) -> bool:
    """Stop one's own trial; tell whether it was under way."""
    under_way = (Trial.State.WAITING, Trial.State.RUNNING)
    stopped = Trial.objects.filter(pk=trial.pk, asked_by=by, state__in=under_way).update(state=Trial.State.CANCELLED)
    if stopped:
        _note(by, trial, "rule_trial_stopped")
    return bool(stopped)


def _note(by: User, trial: Trial, act: str) -> None:
    detail = {"act": act, "rule": trial.name, "since": str(trial.since), "until": str(trial.until)}
    note(Act(kind=Kind.CONSULT, who=f"user:{by.pk}", detail=detail))
