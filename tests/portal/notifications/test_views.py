"""Pages of messages: an address is never shown, a test says what happened, a link leads and does nothing else."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from tests.portal.conftest import Lines, SignIn
from tests.portal.notifications.conftest import Hook, Inbox, MakeChannel

from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Role
from quietude.portal.notifications.models import Channel, Contact, Dispatch, Message, QuietHours
from quietude.portal.notifications.notice import key_in, link_of
from quietude.portal.notifications.providers import ChannelError, checked
from quietude.portal.notifications.recipients import quiet_until

pytestmark = pytest.mark.django_db
SECRET = "geheimnis"


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.usefixtures("listed")
def test_an_address_is_kept_encrypted_and_never_shown_again(sign_in: SignIn, hook: Hook, lines: Lines) -> None:
    client = sign_in(Role.ADMINISTRATOR)
    said = {"code": "room", "title_fr": "Salon", "title_en": "Room", "is_open": "on"}
    address = f"json://user:{SECRET}@127.0.0.1:{hook.port}/"
    assert client.post("/notifications/channels/new/", said).status_code == 400, "no address"
    answer = client.post("/notifications/channels/new/", said | {"address": address}, follow=True)
    assert "Essayez-le" in answer.content.decode()
    for page in ("/notifications/channels/", "/notifications/channels/room/"):
        assert SECRET not in text(client, page)
    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed FROM notifications_channel")
        assert SECRET not in cursor.fetchone()[0]
    assert not [line for line in lines() if SECRET in str(line.detail)]
    client.post("/notifications/channels/room/", said | {"title_fr": "Salle"})
    assert Channel.objects.get().title_fr == "Salle"
    shown = client.post("/notifications/channels/room/test/", follow=True).content.decode()
    assert "Le fournisseur a accepté" in shown
    hook.status = 401
    shown = client.post("/notifications/channels/room/test/", follow=True).content.decode()
    assert "401" in shown
    assert SECRET not in shown
    assert [line.detail["act"] for line in lines()].count("channel_tested") == 2


def test_a_personal_channel_asks_to_whom_a_test_goes(
    sign_in: SignIn, inbox: tuple[Inbox, int], make_channel: MakeChannel
) -> None:
    User.objects.all().update(username="keeper")
    make_channel("mail", f"mailto://127.0.0.1:{inbox[1]}?from=quietude@valcombe.example&to={{to}}")
    client = sign_in(Role.ADMINISTRATOR)
    assert client.post("/notifications/channels/mail/test/").status_code == 400
    assert client.post("/notifications/channels/mail/test/", {"to": "no address"}).status_code == 400
    client.post("/notifications/channels/mail/test/", {"to": "anne@valcombe.example"})
    assert len(inbox[0].mails) == 1


@pytest.mark.parametrize(
    "address",
    [
        "dbus://",
        "syslog://localhost",
        "mqtt://broker.example/topic",
        "json://hook.example/",  # in the clear, not listed
        "mailto://mail.example?from=a@b.fr&to={to}",
        "jsons://hook.example/?verify=no",
        "jsons://hook.example/ with a blank",
        "nothing",
        "jsons://" + "x" * 1_100,
    ],
)
def test_an_address_that_leads_elsewhere_than_out_is_refused_and_not_repeated(address: str) -> None:
    with pytest.raises(ChannelError) as refused:
        checked(address)
    assert address not in str(refused.value)


@pytest.mark.parametrize(
    "address",
    [
        "mailtos://u:p@mail.example?from=a@b.fr&to={to}",
        "jsons://hook.example/a",
        "matrixs://token@matrix.example/!room:example",
        "ntfys://ntfy.example/topic",
        "freemobile://user@secret",
        "d7sms://token@{to}",
    ],
)
def test_mail_webhooks_rooms_and_gateways_are_taken(address: str) -> None:
    assert checked(address) == address.partition("://")[0]


def test_each_says_for_themselves_how_they_are_told(make_channel: MakeChannel, sign_in: SignIn) -> None:
    make_channel("sms", "jsons://gateway.example/{to}")
    agent = sign_in(Role.AGENT)
    channel = Channel.objects.get().pk
    assert (
        agent.post("/notifications/mine/contacts/", {"channel": channel, "own": "", "at_least": 1}).status_code == 400
    )
    said = {"channel": channel, "own": "+33698765432", "at_least": 3}
    shown = agent.post("/notifications/mine/contacts/", said, follow=True).content.decode()
    assert "…432" in shown
    assert "98765432" not in shown
    contact = Contact.objects.get()
    other = sign_in(Role.SUPERVISOR)
    other.post(f"/notifications/mine/contacts/{contact.pk}/remove/")
    assert Contact.objects.exists(), "another person's"
    agent.post(f"/notifications/mine/contacts/{contact.pk}/remove/")
    assert not Contact.objects.exists()
    hours = {"begins": "22:00", "ends": "07:00", "below": 4, "meanwhile": "wait"}
    assert agent.post("/notifications/mine/quiet/", hours | {"ends": "22:00"}).status_code == 400
    agent.post("/notifications/mine/quiet/", hours)
    assert QuietHours.objects.get().ends == time(7)
    agent.post("/notifications/mine/quiet/", {"act": "remove"})
    assert not QuietHours.objects.exists()


PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    ("at", "until"),
    [
        pytest.param("2026-03-28T22:30Z", "2026-03-29T05:00Z", id="before-midnight-in-spring"),
        pytest.param("2026-03-29T01:30Z", "2026-03-29T05:00Z", id="after-the-change"),
        pytest.param("2026-10-25T01:30Z", "2026-10-25T06:00Z", id="in-the-hour-that-comes-twice"),
        pytest.param("2026-10-25T06:00Z", None, id="on-the-edge"),
        pytest.param("2026-10-25T11:00Z", None, id="by-day"),
    ],
)
def test_quiet_hours_end_by_the_wall_clock(at: str, until: str | None) -> None:
    quiet = QuietHours(begins=time(22), ends=time(7))
    found = quiet_until(quiet, datetime.fromisoformat(at).astimezone(PARIS))
    assert found == (datetime.fromisoformat(until) if until is not None else None)


def test_a_link_marks_the_message_read_once_by_whom_it_is_for_and_changes_nothing_else(
    make_channel: MakeChannel, sign_in: SignIn
) -> None:
    agent, other = sign_in(Role.AGENT), sign_in(Role.SUPERVISOR)
    channel = make_channel("sms", "jsons://gateway.example/{to}")
    dispatch = Dispatch.objects.create(
        key="k", subject="alarm", subject_key="abc", asked="x", content={"path": "/alarms/abc/"}, at=timezone.now()
    )
    message = Message.objects.create(
        dispatch=dispatch, channel=channel, person=User.objects.get(username="agent"), language="fr",
        not_before=timezone.now(),
    )  # fmt: skip
    address = f"/notifications/open/{link_of(message.key)}/"
    assert Client().get(address)["Location"].startswith("/sign-in/?next=")
    for client, is_read in ((other, False), (agent, True)):
        assert client.get(address)["Location"] == "/alarms/abc/"
        message.refresh_from_db()
        assert (message.read_at is not None) is is_read
    first = message.read_at
    agent.get(address)
    message.refresh_from_db()
    assert message.read_at == first
    assert agent.post(address).status_code == 405
    Dispatch.objects.update(at=timezone.now() - timedelta(days=8))
    assert agent.get(address)["Location"] == "/"


def test_a_link_that_was_changed_leads_nowhere(sign_in: SignIn) -> None:
    key = uuid4()
    link = link_of(key)
    assert key_in(link) == key
    changed = ("B" if link[0] == "A" else "A") + link[1:]
    for wrong in (changed, link[:-1], "x", "é", ""):
        assert key_in(wrong) is None
    assert sign_in(Role.AGENT).get(f"/notifications/open/{changed}/").status_code == 404
