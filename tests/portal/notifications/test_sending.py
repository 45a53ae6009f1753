"""Messages leave once they are rows, by real servers: retried, doubled only with their key, never lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import Settings
from tests.portal.conftest import MakeUser
from tests.portal.notifications.conftest import Hook, Inbox, MakeChannel

from quietude.portal.accounts.roles import Role
from quietude.portal.notifications.gathering import HELD
from quietude.portal.notifications.models import Dispatch, Message
from quietude.portal.notifications.notice import Notice, Said
from quietude.portal.notifications.sending import BACK_OFF, send_due
from quietude.portal.notifications.tell import recall, tell
from quietude.sources.api import Label

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 17, 20, 15, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def notice(**fields: object) -> Notice:
    said = {
        "subject": Dispatch.Subject.ALARM, "subject_key": "abc", "said": Said.RINGS, "severity": 4, "at": NOW,
        "title": Label(fr="Bruit répété", en="Noise again"), "path": "/alarms/abc/", "about": "zone:quarter:port",
        "count": 3,
    }  # fmt: skip
    return Notice(**(said | fields))  # type: ignore[arg-type]  # as written above


def told(to: str = "channel:room", key: str = "k", **fields: object) -> Dispatch:
    return tell(notice(**fields), to, key=key, now=NOW)


def test_a_webhook_is_told_once_with_the_key_of_the_message(hook: Hook, make_channel: MakeChannel) -> None:
    make_channel("room", f"json://127.0.0.1:{hook.port}/hook/geheim")
    told()
    told()
    assert [send_due(NOW, "a"), send_due(NOW, "a")] == [1, 0]
    message = Message.objects.get()
    assert hook.keys == [str(message.key)]
    assert (message.state, message.attempts) == ("sent", 1)
    body = hook.told[0]["message"]
    for said in (
        "Une alarme sonne",
        "Bruit répété",
        "Le Port",
        "gravité 4 sur 5",
        "3 faits",
        "17/06 22:15",
        "/notifications/open/",
    ):
        assert said in body


def test_a_mail_goes_to_the_account_s_address_in_the_person_s_language(
    inbox: tuple[Inbox, int], make_channel: MakeChannel, make_user: MakeUser
) -> None:
    taken, port = inbox
    make_channel("mail", f"mailto://127.0.0.1:{port}?from=quietude@valcombe.example&to={{to}}")
    make_user(Role.SUPERVISOR, email="anne@valcombe.example", language="en")
    told("role:supervisor")
    assert send_due(NOW, "a") == 1
    (mail,) = taken.mails
    assert "anne@valcombe.example" in str(mail["To"])
    assert mail["X-Quietude-Message"] == str(Message.objects.get().key)
    text = mail.get_payload(decode=True) or mail.get_payload()[0].get_payload(decode=True)  # type: ignore[union-attr, index]  # either form
    assert b"An alarm rings" in text


def test_a_provider_that_is_down_loses_nothing_and_its_reason_is_kept_without_the_address(
    hook: Hook, make_channel: MakeChannel
) -> None:
    make_channel("room", f"json://someone:geheimnis@127.0.0.1:{hook.port}/hook/tokenvalue")
    hook.status = 503
    told()
    assert send_due(NOW, "a") == 0
    message = Message.objects.get()
    assert (message.state, message.attempts, message.not_before) == ("waiting", 1, NOW + BACK_OFF[0])
    assert "503" in message.fault
    assert not [word for word in ("geheimnis", "someone", "tokenvalue", "127.0.0.1") if word in message.fault]
    hook.status = 200
    assert [send_due(NOW + 9 * SECOND, "a"), send_due(NOW + 11 * SECOND, "a")] == [0, 1]


def test_a_server_that_is_not_there_is_tried_again_and_given_up_after_a_day(make_channel: MakeChannel) -> None:
    make_channel("room", "json://127.0.0.1:9/")
    told()
    at, tries = NOW, 0
    while Message.objects.filter(state="waiting").exists():
        send_due(at, "a")
        at, tries = max(at, Message.objects.get().not_before), tries + 1
    message = Message.objects.get()
    assert (message.state, message.attempts) == ("failed", tries)
    assert timedelta(hours=23) < at - NOW < timedelta(hours=25)
    assert message.fault


def test_whoever_is_killed_between_sending_and_noting_sends_it_again_with_the_same_key(
    hook: Hook, make_channel: MakeChannel
) -> None:
    make_channel("room", f"json://127.0.0.1:{hook.port}/")
    told()
    key = Message.objects.get().pk
    send_due(NOW, "a")
    Message.objects.filter(pk=key).update(state="waiting", held_until=NOW + HELD, sent_at=None)  # as the kill leaves it
    assert send_due(NOW + HELD / 2, "b") == 0, "another sender has it"
    assert send_due(NOW + HELD + SECOND, "b") == 1
    assert len(hook.keys) == 2
    assert len(set(hook.keys)) == 1


def test_what_is_recalled_is_not_sent(hook: Hook, make_channel: MakeChannel) -> None:
    make_channel("room", f"json://127.0.0.1:{hook.port}/")
    told(key="alarm:abc:1:0:0")
    told(key="alarm:abc:1:1:0")
    assert recall(Dispatch.Subject.ALARM, "abc", but_for=["alarm:abc:1:1:"]) == 1
    assert send_due(NOW, "a") == 1
    assert sorted(Message.objects.values_list("state", flat=True)) == ["needless", "sent"]


def test_one_channel_that_is_down_keeps_no_other_one_waiting(hook: Hook, make_channel: MakeChannel) -> None:
    make_channel("down", "json://127.0.0.1:9/")
    make_channel("room", f"json://127.0.0.1:{hook.port}/")
    for number in range(3):
        told("channel:down", key=f"d{number}")
    told("channel:room", key="r")
    assert send_due(NOW, "a") == 1
    assert Message.objects.filter(attempts__gt=0, state="waiting").count() == 1


def test_no_message_goes_inside_the_network_unless_the_host_is_listed(
    hook: Hook, make_channel: MakeChannel, settings: Settings
) -> None:
    make_channel("room", f"json://127.0.0.1:{hook.port}/")
    settings.QUIETUDE = replace(settings.QUIETUDE, fetch_hosts=())
    told()
    assert send_due(NOW, "a") == 0
    assert hook.told == []
    assert "QUIETUDE_FETCH_HOSTS" in Message.objects.get().fault


def test_a_redirection_is_not_followed(hook: Hook, make_channel: MakeChannel) -> None:
    make_channel("room", f"json://127.0.0.1:{hook.port}/")
    hook.status = 302
    told()
    assert send_due(NOW, "a") == 0
    assert len(hook.told) == 1


def test_an_exercise_is_marked_and_goes_only_where_exercises_may(hook: Hook, make_channel: MakeChannel) -> None:
    make_channel("room", f"json://127.0.0.1:{hook.port}/")
    assert told(key="x1", is_exercise=True).found_nobody == "exercise"
    make_channel("drill", f"json://127.0.0.1:{hook.port}/", allows_exercises=True)
    assert told("channel:drill", key="x2", is_exercise=True).found_nobody == ""
    assert send_due(NOW, "a") == 1
    assert "EXERCICE" in hook.told[0]["title"]
    assert "« EXERCICE »" in hook.told[0]["message"]


@pytest.mark.parametrize("to", ["channel:none", "roster:none", "service:none", "role:nobody", "person:0"])
def test_whoever_does_not_exist_is_said_and_not_told(to: str) -> None:
    assert told(to).found_nobody in {"unknown", "nobody"}
    assert not Message.objects.exists()


def test_what_no_configuration_knows_does_not_get_into_a_message(hook: Hook, make_channel: MakeChannel) -> None:
    make_channel("room", f"json://127.0.0.1:{hook.port}/")
    told(about="zone:quarter:Mme Durand, 12 quai du Port")
    send_due(NOW, "a")
    assert "Durand" not in hook.told[0]["message"] + hook.told[0]["title"]
    assert "Valcombe" in hook.told[0]["message"]
