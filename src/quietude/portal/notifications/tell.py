"""Tells somebody of something: the one door for alarms, situations and whatever follows (docs/messages.md).

    notice = Notice(subject=Dispatch.Subject.SITUATION, subject_key=situation.key, said=Said.STEP_SKIPPED,
                    title=situation_type.title, severity=4, at=now, path=f"/situations/{situation.key}/")
    tell(notice, "role:supervisor", key=f"situation:{situation.key}:step:{step}", now=now)

Nothing is sent here: rows are made, in the caller's transaction, and a sender takes them from there.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q

from quietude.portal.notifications.models import Dispatch, Message
from quietude.portal.notifications.notice import Notice
from quietude.portal.notifications.recipients import reach

TOWN_LANGUAGE = "fr"
"""Of channels that several people read."""
_news = threading.Event()


def tell(what: Notice, to: str, *, key: str, now: datetime) -> Dispatch:
    """Have somebody told, once for each key: asked again with the same one, nothing more is sent.

    Args:
        what: See `Notice`: it has no place for what people wrote.
        to: "roster:<code>", "service:<code>", "role:<role>", "channel:<code>", or `recipients.person(user)`.
        key: Names this telling for ever, such as "alarm:abc:12:0:0"; 120 characters.
        now: Aware.

    Returns:
        What was made; `found_nobody` says why where nobody could be told, and the caller turns to somebody else.
    """
    known = Dispatch.objects.filter(key=key).first()
    if known is not None:
        return known
    try:
        with transaction.atomic():
            return _made(what, to, key, now)
    except IntegrityError:  # another process was first
        return Dispatch.objects.get(key=key)


def _made(what: Notice, to: str, key: str, now: datetime) -> Dispatch:
    reached = reach(to, what.severity, what.zones, now, is_exercise=what.is_exercise)
    made = Dispatch.objects.create(
        key=key, subject=what.subject, subject_key=what.subject_key, asked=to, content=what.dumped(),
        is_exercise=what.is_exercise, at=now, found_nobody=reached.why,
    )  # fmt: skip
    for way in reached.ways:
        Message.objects.create(
            dispatch=made, channel=way.channel, person=way.person, not_before=way.not_before, is_held=way.is_held,
            language=way.person.language if way.person is not None else TOWN_LANGUAGE,
        )  # fmt: skip
    transaction.on_commit(_news.set)
    return made


def recall(subject: Dispatch.Subject, subject_key: str, *, but_for: Iterable[str] = ()) -> int:
    """Have messages not sent any more that still wait: somebody took it, or it is over; return how many.

    Args:
        subject: What they are about.
        subject_key: Which of them.
        but_for: Beginnings of the keys of tellings that go on.
    """
    kept = Q()
    for start in but_for:
        kept |= Q(key__startswith=start)
    told = Dispatch.objects.filter(subject=subject, subject_key=subject_key)
    told = told.exclude(kept) if kept else told
    waiting = Message.objects.filter(state=Message.State.WAITING, dispatch__in=told.values("pk"))
    return waiting.update(state=Message.State.NEEDLESS)


def wait_for_news(seconds: float) -> None:
    """Wait until a message was made in this process, or so long."""
    _news.wait(seconds)
    _news.clear()


def wake() -> None:
    """End the wait of whoever sends, at once."""
    _news.set()
