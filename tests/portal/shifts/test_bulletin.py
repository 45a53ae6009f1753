from __future__ import annotations

import smtplib
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends import locmem
from pytest_django import Settings
from tests.portal.logbook.conftest import service
from tests.portal.shifts.conftest import MORNING, NIGHT, Logged, OpenShift

from quietude.portal.accounts.models import User
from quietude.portal.logbook import acts as entries
from quietude.portal.logbook import following
from quietude.portal.shifts.bulletin import counts_of, send_due
from quietude.portal.shifts.models import Bulletin, Subscription

pytestmark = pytest.mark.django_db
SEVEN = MORNING + timedelta(hours=2)
"""Seven in the morning, local time."""


@pytest.fixture
def mailing(settings: Settings) -> None:
    """Set a mail server up, in memory."""
    settings.QUIETUDE = replace(
        settings.QUIETUDE, mail_url="smtp://localhost", mail_from="quietude@valcombe.example",
        hosts=("quietude.valcombe.example",), is_https=True,
    )  # fmt: skip
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def subscriber(chief: User) -> User:
    """Return who gets the bulletin of the police."""
    chief.email = "anne@valcombe.example"
    chief.save()
    Subscription.objects.create(person=chief, service=service("police"), since=NIGHT)
    return chief


def test_counts_are_those_of_the_town_s_day(logged: Logged, open_shift: OpenShift, chief: User) -> None:
    open_shift()
    entry = logged(30)
    logged(60, category="parking.illegal")
    logged(200)  # twenty past midnight: the next day
    entries.strike(chief, logged(90), reason="doublon")
    following.follow_up(chief, entry, "Repasser", due_at=MORNING, now=NIGHT)
    found = counts_of(service("police"), date(2026, 6, 17), SEVEN)
    assert (found.entries, dict(found.families)) == (2, {"noise": 1, "parking": 1})
    assert (found.unfollowed, found.overdue, found.unclosed) == (1, 1, 1)


@pytest.mark.usefixtures("mailing")
def test_the_bulletin_counts_links_and_names_nobody(logged: Logged, subscriber: User) -> None:
    logged(30, text="Mme Durand se plaint.")
    assert send_due(SEVEN) == 1
    (message,) = mail.outbox
    assert message.to == [subscriber.email]
    assert "https://quietude.valcombe.example/shifts/" in message.body
    assert not [
        word for word in ("Durand", "anne", "quai du Port", "PM-2026") if word in f"{message.subject} {message.body}"
    ]


@pytest.mark.usefixtures("mailing")
def test_it_is_sent_once_a_day_from_seven_on(subscriber: User) -> None:
    assert [send_due(SEVEN - timedelta(minutes=1)), send_due(SEVEN), send_due(SEVEN + timedelta(hours=1))] == [0, 1, 0]
    assert send_due(SEVEN + timedelta(days=1)) == 1
    assert [each.sent for each in Bulletin.objects.all()] == [1, 1]
    assert subscriber.email


@pytest.mark.usefixtures("mailing")
def test_who_left_the_service_gets_it_no_more(subscriber: User) -> None:
    subscriber.memberships.update(until=date(2026, 6, 1))
    assert (send_due(SEVEN), mail.outbox) == (0, [])


@pytest.mark.usefixtures("mailing")
def test_a_mail_server_that_is_away_stops_nothing_and_is_remembered(
    subscriber: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: Any) -> int:
        raise smtplib.SMTPServerDisconnected("anne@valcombe.example")

    monkeypatch.setattr(locmem.EmailBackend, "send_messages", away)
    assert send_due(SEVEN) == 0
    assert (Bulletin.objects.get().fault, subscriber.is_active) == ("SMTPServerDisconnected", True)


def test_without_a_mail_server_nothing_is_taken_on(subscriber: User) -> None:
    assert send_due(SEVEN) == 0
    assert not Bulletin.objects.exists()
    assert subscriber.email
