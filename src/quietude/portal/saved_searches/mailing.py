"""E-mails of saved searches: how many facts and documents are new, and a link. No word of a fact, a search or a person.

An e-mail is a row before it is sent. Its count is taken as it goes out, by the search, under the rights of that moment.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Event

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import DatabaseError, IntegrityError, close_old_connections, transaction
from django.db.models import F, Min, Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from quietude.portal.accounts.models import User
from quietude.portal.background import in_background
from quietude.portal.notifications.models import QuietHours
from quietude.portal.notifications.recipients import quiet_until
from quietude.portal.saved_searches.models import EVERY, Digest, Rhythm, Ring, SavedSearch, Told
from quietude.portal.saved_searches.news import counts_of
from quietude.portal.town import current_town, installation, portal_address
from quietude.store.api import StoreError

EVERY_S = 30.0
HELD = timedelta(minutes=5)
"""How long a sender has an e-mail; one that was killed loses it then, and it may go out twice."""
BACK_OFF = tuple(timedelta(minutes=each) for each in (1, 5, 15, 60))
GIVE_UP_AFTER = 24  # tries, a day: then it is said on the page of saved searches, and the next e-mail counts anew
MAILED = (Told.MAIL, Told.BOTH)
log = logging.getLogger(__name__)


def write_due(now: datetime) -> int:
    """Write down the e-mails whose time has come: one for each person and rhythm; return how many."""
    made = 0
    for rhythm in Rhythm:
        searches = SavedSearch.objects.filter(rhythm=rhythm, told__in=MAILED, is_paused=False, owner__is_active=True)
        for owner in searches.order_by().values_list("owner", flat=True).distinct():
            made += _write(owner, rhythm, now)
    return made


def _write(owner: int, rhythm: Rhythm, now: datetime) -> int:
    """Write down one e-mail, where something rang since the last one and that is long enough ago."""
    last = Digest.objects.filter(owner=owner, rhythm=rhythm).first()
    if last is not None and (last.ended_at is None or last.until + EVERY[rhythm] > now):
        return 0
    rings = Ring.objects.filter(search__in=_searches(owner, rhythm))
    rings = rings.filter(at__gt=last.until) if last is not None else rings.filter(at__gt=F("search__since"))
    first = rings.aggregate(first=Min("at"))["first"]
    if first is None or first + EVERY[rhythm] > now:  # gathered for the whole span: one e-mail, not the first of many
        return 0
    since = last.until if last is not None else first - timedelta(microseconds=1)
    quiet = QuietHours.objects.filter(person=owner).first()
    not_before = (quiet_until(quiet, now) if quiet is not None else None) or now
    try:
        with transaction.atomic():
            Digest.objects.create(owner_id=owner, rhythm=rhythm, since=since, until=now, not_before=not_before)
    except IntegrityError:  # another process was first
        return 0
    return 1


def _searches(owner: int, rhythm: str) -> list[SavedSearch]:
    return list(SavedSearch.objects.filter(owner=owner, rhythm=rhythm, told__in=MAILED, is_paused=False))


def send_due(now: datetime) -> int:
    """Send what is due; return how many e-mails were taken by the mail server.

    Raises:
        StoreError: the facts cannot be read: nothing is told that was not asked anew.
    """
    sent = 0
    for digest in Digest.objects.filter(ended_at=None, not_before__lte=now).select_related("owner").order_by("pk"):
        held = Digest.objects.filter(pk=digest.pk, ended_at=None, not_before=digest.not_before)
        if held.update(not_before=now + HELD):
            sent += _send(digest, now)
    return sent


def _send(digest: Digest, now: datetime) -> int:
    owner = digest.owner
    told = counts_of(_searches(owner.pk, digest.rhythm), now, since=digest.since)
    count, searches = sum(told.values()), sum(1 for each in told.values() if each)
    if not count or not owner.is_active or not owner.email:
        Digest.objects.filter(pk=digest.pk).update(ended_at=now, count=0)
        return 0
    try:
        get_connection().send_messages([message_of(owner, count, searches)])
    except OSError as error:  # refusals of mail servers are among them
        attempts = digest.attempts + 1
        wait = BACK_OFF[min(attempts, len(BACK_OFF)) - 1]
        ended = now if attempts >= GIVE_UP_AFTER else None
        fault = type(error).__name__[:60]
        Digest.objects.filter(pk=digest.pk).update(
            attempts=attempts, fault=fault, not_before=now + wait, ended_at=ended
        )
        log.error("an e-mail of saved searches was not sent (try %d): %s", attempts, fault)
        return 0
    Digest.objects.filter(pk=digest.pk).update(
        sent_at=now, until=now, ended_at=now, count=count, attempts=digest.attempts + 1, fault=""
    )
    return 1


def message_of(user: User, count: int, searches: int) -> EmailMessage:
    """Return an e-mail in a person's language."""
    with translation.override(user.language):
        town = current_town().title.say(user.language)
        many = ngettext("%(n)d new result", "%(n)d new results", count) % {"n": count}
        where = ngettext("in %(n)d saved search", "in %(n)d saved searches", searches) % {"n": searches}
        body = "\n".join(
            [
                f"{many} {where}.",
                "",
                f"{portal_address()}{reverse('saved_searches:page')}",
                "",
                _("This message names nobody: sign in to read more. The same page says how often you are told."),
            ]
        )
        subject = f"Quiétude, {town}: {many}"
    return EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, [user.email])


def fault_of(user: User) -> Digest | None:
    """Return the last e-mail to a person if the mail server did not take it; None where all is well."""
    last = Digest.objects.filter(Q(ended_at__isnull=False) | Q(attempts__gt=0), owner=user).first()
    return last if last is not None and last.fault else None


@contextmanager
def scheduled() -> Iterator[None]:
    """Send in the background while the portal is served; not at all where no mail server is set."""
    if not installation().mail_url:
        yield
        return
    with in_background("e-mails of saved searches", _run):
        yield


def _run(stopped: Event) -> None:
    while not stopped.wait(EVERY_S):
        try:
            write_due(timezone.now())
            send_due(timezone.now())
        except (DatabaseError, StoreError) as error:
            log.error("e-mails of saved searches could not be sent, they wait: %s", type(error).__name__)
        finally:
            close_old_connections()
