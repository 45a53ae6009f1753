"""Acts on channels, contacts and quiet hours: checked, written, and noted in a line without any address."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time
from uuid import uuid4

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext

from quietude.journal.api import Kind
from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Right
from quietude.portal.journal.recording import Act, note
from quietude.portal.notifications.models import Channel, Contact, Message, QuietHours
from quietude.portal.notifications.providers import (
    MAIL,
    PLACE,
    ChannelError,
    Outgoing,
    SendError,
    checked,
    filled,
    send,
)
from quietude.portal.notifications.sealing import SealError, seal, unseal

OWN_MAX = 200
_OWN = re.compile(r"[!-~]{3,200}")


@dataclass(frozen=True, slots=True)
class Tried:
    """What happened at a test; `said` is "" where the provider took the message."""

    said: str


@transaction.atomic
def keep_channel(by: User, channel: Channel, address: str) -> Channel:
    """Make a channel, or change it; without an address the one that is kept stays.

    Raises:
        PermissionDenied: `by` may not keep channels.
        ValidationError: a field or the address is refused.
    """
    _allowed(by)
    is_new = channel.pk is None
    if address:
        try:
            channel.scheme = checked(address)
        except ChannelError as error:
            raise ValidationError({"address": str(error)}) from error
        channel.sealed, channel.is_personal = seal(address), PLACE in address
        channel.tested_at, channel.tested_said = None, ""
    elif is_new:
        raise ValidationError({"address": gettext("Give the address.")})
    channel.full_clean()
    channel.save()
    _note(by, "channel_made" if is_new else "channel_changed", channel, address="new" if address else "")
    return channel


def try_channel(by: User, channel: Channel, to: str, now: datetime) -> Tried:
    """Send a test to a channel and return what happened; `to` is whose number or address, where it needs one.

    Raises:
        PermissionDenied: `by` may not keep channels.
        ValidationError: the channel needs a number or address, and none is given.
    """
    _allowed(by)
    if channel.is_personal and not to:
        raise ValidationError({"to": gettext("Say to which number or address.")})
    if channel.is_personal:
        _check_own(channel, to)
    words = gettext("Quiétude: test of the channel %(channel)s, at %(at)s. Nothing has happened.")
    said = words % {"channel": channel.code, "at": f"{now:%H:%M:%S} UTC"}
    try:
        address = unseal(channel.sealed)
        send(filled(address, to) if channel.is_personal else address, Outgoing(said, said, said, str(uuid4())))
    except (SendError, SealError) as error:
        tried = Tried(str(error))
    else:
        tried = Tried("")
    with transaction.atomic():
        Channel.objects.filter(pk=channel.pk).update(tested_at=now, tested_said=tried.said[:300])
        _note(by, "channel_tested", channel)
    return tried


@transaction.atomic
def keep_contact(by: User, channel: Channel, own: str, *, at_least: int) -> Contact:
    """Say by which number or address one is told by a channel oneself; "" for the account's e-mail address.

    Raises:
        ValidationError: it is none, or the channel is not for persons.
    """
    if not (channel.is_personal and channel.is_open):
        raise ValidationError({"channel": gettext("This channel is not for persons.")})
    if own:
        _check_own(channel, own)
    elif channel.scheme not in MAIL or not by.email:
        raise ValidationError({"own": gettext("Give the number or address.")})
    known = Contact.objects.filter(person=by, channel=channel).first()
    made = known or Contact(person=by, channel=channel)
    made.sealed, made.at_least = seal(own) if own else "", at_least
    made.full_clean(validate_constraints=False)
    made.save()
    _note(by, "contact_kept", channel)
    return made


@transaction.atomic
def remove_contact(by: User, key: int) -> None:
    """Be told by a channel no more."""
    for contact in Contact.objects.filter(pk=key, person=by).select_related("channel"):
        _note(by, "contact_removed", contact.channel)
        contact.delete()


@transaction.atomic
def keep_quiet(by: User, begins: time, ends: time, *, below: int, meanwhile: str) -> QuietHours:
    """Say in which hours one is not told of what is less grave.

    Raises:
        ValidationError: the hours would be the whole day, or a field is refused.
    """
    if begins == ends:
        raise ValidationError({"ends": gettext("These would be all hours of the day.")})
    known = QuietHours.objects.filter(person=by).first() or QuietHours(person=by)
    known.begins, known.ends, known.below, known.meanwhile = begins, ends, below, meanwhile
    known.full_clean()
    known.save()
    note(Act(kind=Kind.MODIFY, who=f"user:{by.pk}", detail={"act": "quiet_hours_kept"}))
    return known


@transaction.atomic
def remove_quiet(by: User) -> None:
    """Be told at any hour again; what waits already keeps waiting."""
    if QuietHours.objects.filter(person=by).delete()[0]:
        note(Act(kind=Kind.MODIFY, who=f"user:{by.pk}", detail={"act": "quiet_hours_removed"}))


def mark_read(by: User, message: Message, now: datetime) -> bool:
    """Note that whoever a message is for opened its link, of all that it told; tell whether it is the first time."""
    if message.person_id not in {None, by.pk}:
        return False
    together = Q(pk=message.pk) | Q(lead=message.pk)
    return bool(Message.objects.filter(together, read_at=None).update(read_at=now))


def _check_own(channel: Channel, own: str) -> None:
    if channel.scheme in MAIL:
        try:
            validate_email(own)
        except ValidationError as error:
            raise ValidationError({"own": gettext("This is no e-mail address.")}) from error
    elif _OWN.fullmatch(own) is None:
        raise ValidationError({"own": gettext("Write it without blanks, such as +33612345678.")})


def _allowed(by: User) -> None:
    if not by.holds(Right.MANAGE_CHANNELS):
        raise PermissionDenied


def _note(by: User, act: str, channel: Channel, **said: str) -> None:
    detail = {"act": act, "channel": channel.code, **{name: text for name, text in said.items() if text}}
    note(Act(kind=Kind.MODIFY, who=f"user:{by.pk}", detail=detail))
