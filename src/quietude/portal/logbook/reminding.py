"""Reminders of follow-ups by e-mail, to those who asked for it: terms and a link; no name, no text, no place."""

from __future__ import annotations

import logging
import smtplib
from contextlib import AbstractContextManager
from datetime import datetime
from threading import Event
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import DatabaseError, close_old_connections
from django.db.models import F, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Right
from quietude.portal.background import in_background
from quietude.portal.journal.recording import JournalUnavailableError
from quietude.portal.logbook.following import fall_back
from quietude.portal.logbook.models import FollowUp, FollowUpWish, Reminder
from quietude.portal.services.api import Service, members_of
from quietude.portal.town import current_town, installation, portal_address, town_day

EVERY_S = 60.0
BATCH = 500
log = logging.getLogger(__name__)


def send_due(now: datetime) -> int:
    """Send the reminders whose moment has come, one message a person; return how many messages.

    Several processes may do so at once: each reminder is taken on by one of them, once. While the mail server does not
    answer nothing is taken on; a fault after that is kept with the reminder and not tried again: it stands in the
    person's list anyway, and a reminder sent twice is worse than one that lacks.
    """
    if not installation().mail_url or not waiting(now).exists():
        return 0
    connection = get_connection()
    try:
        connection.open()
    except (OSError, smtplib.SMTPException) as error:  # its words may hold addresses: only its kind is told
        log.error("reminders were not sent, they wait: %s", type(error).__name__)
        return 0
    try:
        return _send(connection, _taken(now), now)
    finally:
        connection.close()


def waiting(now: datetime) -> QuerySet[Reminder]:
    """Return the reminders whose moment has come and that nobody took on."""
    return Reminder.objects.filter(taken_at=None, at__lte=now)


def _taken(now: datetime) -> list[Reminder]:
    keys = list(waiting(now).values_list("pk", flat=True)[:BATCH])
    mine = [key for key in keys if Reminder.objects.filter(pk=key, taken_at=None).update(taken_at=now)]
    found = Reminder.objects.filter(pk__in=mine, follow_up__done_at=None, follow_up__entry__struck_at=None)
    return list(found.select_related("follow_up__assignee"))


def _send(connection: BaseEmailBackend, taken: list[Reminder], now: datetime) -> int:
    of_person: dict[User, list[Reminder]] = {}
    for reminder in taken:
        for person in recipients(reminder.follow_up, now):
            of_person.setdefault(person, []).append(reminder)
    sent = 0
    for person, reminders in of_person.items():
        keys = [each.pk for each in reminders]
        try:
            connection.send_messages([message_of([each.follow_up for each in reminders], person, now)])
        except (OSError, smtplib.SMTPException) as error:  # as above
            Reminder.objects.filter(pk__in=keys).update(fault=type(error).__name__)
            log.error("a reminder was not sent: %s", type(error).__name__)
            continue
        sent += 1
        Reminder.objects.filter(pk__in=keys).update(sent=F("sent") + 1)
    return sent


def recipients(found: FollowUp, now: datetime) -> list[User]:
    """Return who is reminded: the person it is for or, where nobody is named or they are away, their service."""
    wishes = FollowUpWish.objects.filter(by_mail=True).exclude(away_until__gte=town_day(now))
    if found.assignee is not None and found.assignee.is_active and not _is_away(found.assignee, now):
        people = [each.person for each in wishes.filter(person=found.assignee).select_related("person")]
    else:
        service = Service.objects.filter(code=found.service).first()
        members = members_of(service, now, within=True) if service is not None else User.objects.none()
        people = [each.person for each in wishes.filter(person__in=members).select_related("person")]
    return [each for each in people if each.is_active and each.email and each.holds(Right.WRITE_LOGBOOK)]


def _is_away(user: User, now: datetime) -> bool:
    return FollowUpWish.objects.filter(person=user, away_until__gte=town_day(now)).exists()


def message_of(found: list[FollowUp], user: User, now: datetime) -> EmailMessage:
    """Return the reminder of some follow-ups for a person, in their language."""
    zone = ZoneInfo(current_town().timezone)
    with translation.override(user.language):
        many = ngettext("%(n)s follow-up to do", "%(n)s follow-ups to do", len(found)) % {"n": len(found)}
        lines = [many, ""]
        for each in sorted(found, key=lambda one: (one.due_at is None, one.due_at)):
            when = each.due_at.astimezone(zone).strftime("%d/%m/%Y %H:%M") if each.due_at is not None else ""
            said = _("late since %(when)s") if each.is_late(now) else _("by %(when)s")
            lines.append(f"- {said % {'when': when}}" if when else f"- {_('without a term')}")
        lines += [
            "",
            f"{portal_address()}/logbook/follow-ups/",
            "",
            _("This message names nobody. To get it no more: the page “Follow-ups”, at its foot."),
        ]
        subject = _("Quiétude: %(many)s") % {"many": many}
    return EmailMessage(subject, "\n".join(lines), settings.DEFAULT_FROM_EMAIL, [user.email])


def scheduled() -> AbstractContextManager[None]:
    """Look after follow-ups in the background while the portal is served."""
    return in_background("follow-ups", _run)


def _run(stopped: Event) -> None:
    while not stopped.wait(EVERY_S):
        try:
            fall_back(timezone.now())
            send_due(timezone.now())
        except (DatabaseError, JournalUnavailableError) as error:
            log.error("follow-ups could not be looked after, they wait: %s", type(error).__name__)
        finally:
            close_old_connections()
