"""Tasks of a situation: who does what by when."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext

from quietude.portal.accounts.models import User
from quietude.portal.services.api import Service
from quietude.portal.situations.changing import Acting, What, open_one
from quietude.portal.situations.models import Task
from quietude.portal.situations.telling import tell_given


@transaction.atomic
def give_task(
    by: User,
    key: str,
    now: datetime,
    *,
    text: str,
    owner: User | None = None,
    service: Service | None = None,
    due_at: datetime | None = None,
) -> Task:
    """Give a task to a person, to a service, or to whoever takes it.

    Raises:
        ValidationError: nothing is to be done.
    """
    situation = open_one(by, key)
    if not text.strip():
        raise ValidationError({"text": gettext("Say what is to be done.")})
    acting = Acting(by, now)
    task = situation.tasks.create(
        text=" ".join(text.split())[:300], owner=owner, service=service, due_at=due_at, at=now, by=by
    )
    acting.made(task)
    acting.line(situation, What.TASK_GIVEN, said=task.text, ref=str(owner or service or ""))
    tell_given(task, owner, service, now)
    return task


@transaction.atomic
def end_task(by: User, key: str, task: int, now: datetime, *, is_dropped: bool = False) -> Task:
    """Say that a task is done, or that it is not needed any more.

    Raises:
        ValidationError: there is no such task that is still to be done.
    """
    situation = open_one(by, key)
    found = situation.tasks.filter(pk=task, removed_at=None, done_at=None).first()
    if found is None:
        raise ValidationError(gettext("This task is done already, or was dropped."))
    acting = Acting(by, now)
    if is_dropped:
        acting.change(found, removed_at=now)
    else:
        acting.change(found, done_at=now, done_by=by)
    acting.line(situation, What.TASK_DROPPED if is_dropped else What.TASK_DONE, said=found.text)
    return found
