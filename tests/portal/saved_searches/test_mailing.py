"""E-mails: a count and a link, when their time has come; what was not sent is kept and tried again."""

from __future__ import annotations

import smtplib
from dataclasses import replace
from datetime import time, timedelta

import pytest
from django.core import mail
from django.core.mail.backends import locmem
from django.utils import timezone
from pytest_django import Settings
from tests.portal.saved_searches.conftest import Arrive, Save
from tests.portal.saved_searches.test_ringing import close

from quietude.portal.accounts.models import User
from quietude.portal.notifications.models import QuietHours
from quietude.portal.saved_searches.mailing import fault_of, send_due, write_due
from quietude.portal.saved_searches.models import Digest
from quietude.store.api import Store

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1, minutes=1)


@pytest.fixture(autouse=True)
def mailing(settings: Settings, empty_store: Store, agent: User) -> None:
    """Set a mail server up, in memory, and give the agent an address."""
    settings.QUIETUDE = replace(
        settings.QUIETUDE, mail_url="smtp://localhost", mail_from="q@valcombe.example",
        hosts=("quietude.valcombe.example",), is_https=True,
    )  # fmt: skip
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    agent.email = "anne@valcombe.example"
    agent.save()


def test_an_hour_of_rings_is_one_mail_that_names_nobody(agent: User, save: Save, arrive: Arrive) -> None:
    save(agent, "durand", name="Mme Durand", told="mail", rhythm="hourly")
    arrive(text="Mme Durand se plaint.")
    now = timezone.now()
    assert write_due(now) == 0  # the hour is not over
    assert (write_due(now + HOUR), write_due(now + HOUR)) == (1, 0)
    assert (send_due(now + HOUR), send_due(now + HOUR)) == (1, 0)
    (sent,) = mail.outbox
    assert sent.to == ["anne@valcombe.example"]
    assert "3 " in sent.subject
    assert "https://quietude.valcombe.example/search/saved/" in sent.body
    assert "durand" not in f"{sent.subject}{sent.body}".lower()
    assert write_due(now + 3 * HOUR) == 0
    assert Digest.objects.get().count == 3


def test_who_lost_the_right_gets_no_mail(agent: User, save: Save, arrive: Arrive) -> None:
    save(agent, "musique", told="both", rhythm="hourly")
    arrive(text="Musique")
    now = timezone.now() + HOUR
    assert write_due(now) == 1
    close(agent)
    assert (send_due(now), mail.outbox, Digest.objects.get().count) == (0, [], 0)


def test_a_mail_server_that_is_down_is_asked_again_and_the_fault_is_told(
    agent: User, save: Save, arrive: Arrive, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(agent, "musique", told="mail", rhythm="hourly")
    arrive(text="Musique")
    now = timezone.now() + HOUR
    write_due(now)

    def refuse(*_: object) -> int:
        raise smtplib.SMTPServerDisconnected("anne@valcombe.example")

    with monkeypatch.context() as broken:
        broken.setattr(locmem.EmailBackend, "send_messages", refuse)
        assert send_due(now) == 0
    found = fault_of(agent)
    assert found is not None
    assert found.fault == "SMTPServerDisconnected"
    assert send_due(now + timedelta(seconds=10)) == 0  # it waits
    assert send_due(now + timedelta(minutes=2)) == 1
    assert fault_of(agent) is None


def test_quiet_hours_are_kept(agent: User, save: Save, arrive: Arrive) -> None:
    save(agent, "musique", told="mail", rhythm="hourly")
    arrive(text="Musique")
    now = timezone.now() + HOUR
    QuietHours.objects.create(person=agent, begins=time(0, 0), ends=time(23, 59, 59))
    assert write_due(now) == 1
    assert send_due(now) == 0
    assert send_due(now + timedelta(days=1)) == 1
