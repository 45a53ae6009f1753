"""The daily bulletin of a service by e-mail: counts of the day before and links; no name, no text, no place."""

from __future__ import annotations

import logging
import smtplib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from threading import Event
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import DatabaseError, IntegrityError, close_old_connections, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from quietude.portal.accounts.models import User
from quietude.portal.background import in_background
from quietude.portal.logbook.models import Entry, FollowUp, State
from quietude.portal.participants import midnight
from quietude.portal.services.api import Service
from quietude.portal.shifts.duty import follows, in_force, logbooks_of
from quietude.portal.shifts.models import Bulletin, Instruction
from quietude.portal.town import current_town, installation, portal_address, town_day
from quietude.portal.ui.words import category_view

HOUR = 7  # town's time: when the day's offices begin
EVERY_S = 300.0
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Counts:
    """One day of a service."""

    entries: int
    families: tuple[tuple[str, int], ...]
    """Codes of the families with their entries, the most first."""
    unfollowed: int
    """Entries of the day without a follow-up."""
    overdue: int
    """Follow-ups of the service's logbooks past their time, now."""
    unclosed: int
    """Shifts past their end that nobody closed."""
    instructions: int
    """In force."""


def counts_of(service: Service, day: date, now: datetime) -> Counts:
    """Return the counts of a service's logbooks on a day of the town: of all entries, none of which is shown."""
    zone = current_town().timezone
    names = [logbook.name for logbook in logbooks_of(service)]
    entries = Entry.objects.filter(
        logbook__in=names, struck_at=None, occurred_at__gte=midnight(day, zone),
        occurred_at__lt=midnight(day + timedelta(days=1), zone),
    )  # fmt: skip
    rows = list(entries.values_list("category", "state"))
    return Counts(
        entries=len(rows),
        families=tuple(Counter(category.split(".")[0] for category, _state in rows).most_common()),
        unfollowed=sum(state == State.OPEN for _category, state in rows),
        overdue=FollowUp.objects.filter(
            done_at=None, due_at__lt=now, entry__logbook__in=names, entry__struck_at=None
        ).count(),
        unclosed=service.shifts.filter(closed_at=None, ends_at__lt=now).count(),
        instructions=Instruction.objects.filter(in_force(now), service=service).count(),
    )


def message_of(counts: Counts, service: Service, day: date, user: User, address: str) -> EmailMessage:
    """Return the bulletin for a subscriber, in their language."""
    with translation.override(user.language):
        title = service.say(user.language)
        lines = [
            _("%(service)s, %(day)s") % {"service": title, "day": day.strftime("%d/%m/%Y")},
            "",
            _("Entries: %(n)s") % {"n": counts.entries},
            *(f"  {category_view(code or None, user.language).label}: {n}" for code, n in counts.families),
            _("Without a follow-up: %(n)s") % {"n": counts.unfollowed},
            _("Follow-ups overdue: %(n)s") % {"n": counts.overdue},
            _("Shifts that nobody closed: %(n)s") % {"n": counts.unclosed},
            _("Instructions in force: %(n)s") % {"n": counts.instructions},
            "",
            f"{address}/logbook/?show=all",
            f"{address}/shifts/",
            "",
            _("This message names nobody. To get it no more: the page “Shifts”, at its foot."),
        ]
        subject = _("Quiétude: bulletin of %(day)s, %(service)s") % {"day": day.strftime("%d/%m"), "service": title}
    return EmailMessage(subject, "\n".join(lines), settings.DEFAULT_FROM_EMAIL, [user.email])


def send_due(now: datetime) -> int:
    """Send the bulletins of yesterday that were not sent yet, from seven in the morning on; return how many messages.

    Several processes may do so at once: one of them takes each service and day. A fault of the mail server is kept
    with the bulletin and not tried again: a bulletin sent twice is worse than one that lacks.
    """
    if not installation().mail_url or now.astimezone(ZoneInfo(current_town().timezone)).hour < HOUR:
        return 0
    day = town_day(now) - timedelta(days=1)
    waiting = Service.objects.filter(subscriptions__isnull=False).exclude(bulletins__day=day).distinct()
    return sum(_send(service, day, now) for service in waiting.select_related("parent"))


def _send(service: Service, day: date, now: datetime) -> int:
    try:
        with transaction.atomic():
            taken = Bulletin.objects.create(service=service, day=day, at=now)
    except IntegrityError:  # another process was first
        return 0
    people = [each.person for each in service.subscriptions.select_related("person")]
    people = [each for each in people if each.is_active and each.email and follows(each, service, now)]
    counts, address = counts_of(service, day, now), portal_address()
    try:
        get_connection().send_messages([message_of(counts, service, day, each, address) for each in people])
    except (OSError, smtplib.SMTPException) as error:  # its words may hold addresses: only its kind is kept
        taken.fault = type(error).__name__
        log.error("the bulletin of %s was not sent: %s", service.code, taken.fault)
    else:
        taken.sent = len(people)
    taken.save(update_fields=["sent", "fault"])
    return taken.sent


@contextmanager
def scheduled() -> Iterator[None]:
    """Send bulletins in the background while the portal is served; not at all where no mail server is set."""
    if not installation().mail_url:
        yield
        return
    with in_background("bulletins", _run):
        yield


def _run(stopped: Event) -> None:
    while not stopped.wait(EVERY_S):
        try:
            send_due(timezone.now())
        except DatabaseError as error:
            log.error("bulletins could not be sent, they wait: %s", type(error).__name__)
        finally:
            close_old_connections()
