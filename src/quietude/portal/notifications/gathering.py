"""In a flood of alarms one reader of a channel gets one message that counts them, instead of one for each.

Each telling keeps its row, its state and its receipt: gathered is only what goes out. What a letter gathers is written
down before it is sent, so that a letter that must be sent again is the same letter, under the same key; what comes
meanwhile goes with the next one. What is graver than all that was said just now waits for nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from quietude.portal.notifications.models import Dispatch, Message

HELD = timedelta(minutes=1)
"""How long a sender has a message; a provider is waited for a third of that at most."""
FLOOD_FROM = 4
"""Different alarms within `WITHIN` that are a flood for one reader: three still fit on a locked phone's screen."""
WITHIN = timedelta(minutes=1)
"""What an alarm of a flood may wait at most: less than the shortest `repeat` of a rule would notice."""
MOST = 500
"""Messages of one letter; more go with the next one."""
AHEAD = timedelta(minutes=1)
"""How far the clock of another serving process may be ahead."""
WAITING = Message.State.WAITING


@dataclass(frozen=True, slots=True)
class Letter:
    """What goes out at once to one reader: one message, or several of which the first is named and gives the key."""

    messages: Sequence[Message]

    @property
    def lead(self) -> Message:
        """Return the message whose key, link and words stand for all."""
        return self.messages[0]


def due(now: datetime) -> QuerySet[Message]:
    """Return what may be sent now; what is part of a letter that waits goes with its lead."""
    return Message.objects.filter(_free(now), _alone(), state=WAITING, not_before__lte=now)


def take(key: int, sender: str, now: datetime) -> Letter | None:
    """Take a message for a sender, with what goes out with it; None where it is not to be sent now."""
    message = Message.objects.select_related("dispatch").filter(pk=key).first()
    if message is None or message.not_before > now:
        return None
    gathered = list(message.gathered.filter(state=WAITING).values_list("pk", flat=True))
    if message.sender or gathered or message.dispatch.subject != Dispatch.Subject.ALARM:
        return _held([key, *gathered], sender, now)  # as it was taken before, under its key
    fresh = list(_fresh(message, now)[:MOST])
    recent = list(_recent(message, now))
    if len({each.dispatch.subject_key for each in [*fresh, *recent]}) < FLOOD_FROM:
        return _held([key], sender, now)
    is_news = _gravest(fresh) > _gravest(recent)
    if recent and not is_news:
        until = max(each.sent_at for each in recent if each.sent_at is not None) + WITHIN
        if until > now:
            Message.objects.filter(_free(now), pk__in=[each.pk for each in fresh], state=WAITING).update(
                not_before=until
            )
            return None
    fresh.sort(key=lambda each: (-_severity(each), each.dispatch.content["at"], each.pk))
    return _held([each.pk for each in fresh], sender, now)


def _free(now: datetime) -> Q:
    return Q(held_until=None) | Q(held_until__lt=now)


def _alone() -> Q:
    """Return the condition of what no waiting letter holds: a letter that was recalled lets go of what it gathered."""
    return Q(lead=None) | ~Q(lead__state=WAITING)


def _same_reader(message: Message) -> QuerySet[Message]:
    return Message.objects.filter(
        channel=message.channel_id, person=message.person_id, dispatch__subject=Dispatch.Subject.ALARM,
        dispatch__is_exercise=message.dispatch.is_exercise,
    ).select_related("dispatch")  # fmt: skip


def _fresh(message: Message, now: datetime) -> QuerySet[Message]:
    """Return what was never tried and waits for the same reader, but for what waits for the end of quiet hours."""
    ready = Q(not_before__lte=now) | Q(is_held=False)
    return _same_reader(message).filter(_free(now), _alone(), ready, state=WAITING, sender="").order_by("pk")


def _recent(message: Message, now: datetime) -> QuerySet[Message]:
    sent = _same_reader(message).filter(state=Message.State.SENT)
    return sent.filter(sent_at__gt=now - WITHIN, sent_at__lte=now + AHEAD)


def _severity(message: Message) -> int:
    return int(message.dispatch.content["severity"])


def _gravest(messages: Sequence[Message]) -> int:
    return max((_severity(each) for each in messages), default=0)


def _held(keys: Sequence[int], sender: str, now: datetime) -> Letter | None:
    """Hold messages for a sender, the lead first; what another one was first to take, or was recalled, is left out."""
    until = now + HELD
    Message.objects.filter(_free(now), pk__in=keys, state=WAITING).update(held_until=until, sender=sender)
    got = Message.objects.filter(pk__in=keys, sender=sender, held_until=until, state=WAITING)
    mine = {each.pk: each for each in got.select_related("dispatch", "channel", "person")}
    if keys[0] not in mine:
        return None  # what else is held now is free again in a minute
    Message.objects.filter(pk=keys[0]).exclude(lead=None).update(lead=None)
    Message.objects.filter(pk__in=mine).exclude(pk=keys[0]).update(lead=keys[0])
    return Letter([mine[key] for key in keys if key in mine])
