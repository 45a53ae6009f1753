"""Sends messages in the background while the portal is served: each is held by one sender, and tried until it is taken.

A message is a row before anything is sent. Whoever sends takes it for a minute; killed meanwhile, it loses it and
another one sends it: at least once, with the same key. A provider that is down loses nothing: it is asked again, after
ten seconds at first and a quarter of an hour in the end, for a day. A disk that is full lets nobody note that a message
went out: it goes out once more when there is room.
"""

from __future__ import annotations

import logging
import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Event
from time import sleep
from uuid import uuid4

from django.db import DatabaseError, OperationalError, close_old_connections
from django.db.models import F
from django.utils import timezone

from quietude.portal.background import in_background
from quietude.portal.notifications import tell
from quietude.portal.notifications.gathering import Letter, due, take
from quietude.portal.notifications.models import Contact, Message
from quietude.portal.notifications.notice import outgoing
from quietude.portal.notifications.providers import MAIL, SendError, filled, send
from quietude.portal.notifications.sealing import SealError, unseal

EVERY_S = 1.0
FAULT_WAIT_S = 5.0
ROUND = 50
NOTING_S = (0.02,) * 50 + (0.2,) * 20
"""How long it is waited between attempts to note that a message went out, while the database is taken."""
BACK_OFF = tuple(timedelta(seconds=each) for each in (10, 30, 60, 120, 300, 600, 900))
GIVE_UP_AFTER = timedelta(days=1)
"""What nobody could be told for so long is not news any more."""
log = logging.getLogger(__name__)


def send_due(now: datetime, sender: str) -> int:
    """Send what is due, the oldest first; return how many were taken by their providers.

    Of a channel that failed once in a round the rest waits for the next: its other messages would wait for the same.
    """
    taken, failed = 0, set[int]()
    for key, channel in due(now).values_list("pk", "channel_id")[:ROUND]:
        if channel in failed:
            continue
        letter = take(key, sender, now)
        if letter is None:
            continue  # another sender was first, it is not needed any more, or it waits for the others of a flood
        if send_letter(letter, sender, now):
            taken += len(letter.messages)
        else:
            failed.add(channel)
    return taken


def send_letter(letter: Letter, sender: str, now: datetime) -> bool:
    """Send what this sender holds, and note what became of each message of it."""
    lead = letter.lead
    try:
        contents = [each.dispatch.content for each in letter.messages]
        words = outgoing(contents, key=lead.key, language=lead.language, is_exercise=lead.dispatch.is_exercise)
        send(address_of(lead), words)
    except (SendError, SealError) as error:
        for message in letter.messages:
            _failed(message, sender, str(error), now)
        log.error("the channel %s did not take a message (try %d): %s", lead.channel.code, lead.attempts + 1, error)
        return False
    for wait_s in NOTING_S:
        try:
            _sent(letter, sender)
        except OperationalError:  # another one writes: what went out must not go out again
            sleep(wait_s)
        else:
            return True
    _sent(letter, sender)
    return True


def _sent(letter: Letter, sender: str) -> None:
    held = Message.objects.filter(pk__in=[each.pk for each in letter.messages], sender=sender)
    held.update(state=Message.State.SENT, sent_at=timezone.now(), attempts=F("attempts") + 1, held_until=None)


def address_of(message: Message) -> str:
    """Return where a message goes.

    Raises:
        SendError: the person cannot be reached by this channel any more.
        SealError: what was kept cannot be read.
    """
    channel = message.channel
    if not channel.is_open:
        raise SendError("the channel is not in use any more")
    address = unseal(channel.sealed)
    if not channel.is_personal:
        return address
    contact = Contact.objects.filter(person=message.person, channel=channel).first()
    own = unseal(contact.sealed) if contact is not None and contact.sealed else ""
    if not own and channel.scheme in MAIL and message.person is not None:
        own = message.person.email
    if not own or message.person is None or not message.person.is_active:
        raise SendError("the person has no address for this channel any more")
    return filled(address, own)


def _failed(message: Message, sender: str, said: str, now: datetime) -> None:
    attempts = message.attempts + 1
    wait = BACK_OFF[min(attempts, len(BACK_OFF)) - 1]
    limit = GIVE_UP_AFTER * (2 if message.is_held else 1)  # quiet hours are a day at most
    is_given_up = now + wait - message.dispatch.at > limit
    state = Message.State.FAILED if is_given_up else Message.State.WAITING
    Message.objects.filter(pk=message.pk, sender=sender, state=Message.State.WAITING).update(
        state=state, attempts=attempts, fault=said[:300], not_before=now + wait, held_until=None
    )


@contextmanager
def running() -> Iterator[None]:
    """Send in the background while the portal is served."""
    with in_background("messages", _run):
        try:
            yield
        finally:
            tell.wake()


def _run(stopped: Event) -> None:
    sender = f"{platform.node()}:{os.getpid()}:{uuid4().hex[:8]}"[:100]
    while not stopped.is_set():
        tell.wait_for_news(EVERY_S)
        try:
            while not stopped.is_set() and send_due(timezone.now(), sender):
                pass
        except (DatabaseError, OSError) as error:
            log.error("messages could not be sent, they wait: %s", type(error).__name__)
            stopped.wait(FAULT_WAIT_S)
        finally:
            close_old_connections()
