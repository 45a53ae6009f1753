"""Tells whom a kind names that a situation is open, supervisors of what was left out, owners of their tasks."""

from __future__ import annotations

from datetime import datetime

from quietude.portal.accounts.models import User
from quietude.portal.notifications import recipients
from quietude.portal.notifications.models import Dispatch
from quietude.portal.notifications.notice import Notice, Said
from quietude.portal.notifications.tell import recall, tell
from quietude.portal.services.models import Service
from quietude.portal.situations.models import Situation, Task
from quietude.portal.town import current_town

SUPERVISORS = "role:supervisor"


def tell_opened(situation: Situation, now: datetime) -> None:
    """Tell whom the kind of a situation names that it is open."""
    for to in situation.edition.kind.recipients:
        tell(_notice(situation, Said.BEGUN), to, key=f"situation:{situation.key}:begun:{to}"[:120], now=now)


def tell_skipped(situation: Situation, step: str, now: datetime) -> None:
    """Tell supervisors that somebody left a mandatory step out."""
    key = f"situation:{situation.key}:step:{step}:{now:%H%M%S%f}"
    tell(_notice(situation, Said.STEP_SKIPPED), SUPERVISORS, key=key[:120], now=now)


def tell_given(task: Task, owner: User | None, service: Service | None, now: datetime) -> None:
    """Tell a person, or a service, that a task is theirs."""
    if owner is None and service is None:
        return
    to = recipients.person(owner) if owner is not None else f"service:{service.code if service is not None else ''}"
    key = f"situation:{task.situation.key}:task:{task.pk}"
    tell(_notice(task.situation, Said.ASSIGNED), to, key=key, now=now)


def tell_no_more(situation: Situation) -> None:
    """Have messages of a situation that is over not sent any more."""
    recall(Dispatch.Subject.SITUATION, situation.key)


def _notice(situation: Situation, said: Said) -> Notice:
    levels = [level for level in reversed(current_town().territory.level_names) if level in situation.zones]
    return Notice(
        subject=Dispatch.Subject.SITUATION,
        subject_key=situation.key,
        said=said,
        title=situation.edition.kind.title,
        severity=situation.priority,
        at=situation.began_at,
        path=f"/situations/{situation.key}/",
        about=f"zone:{levels[0]}:{situation.zones[levels[0]]}" if levels else "",
        is_exercise=situation.is_exercise,
    )
