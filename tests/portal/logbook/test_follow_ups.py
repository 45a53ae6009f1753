"""Follow-ups: who has them, who may act, what each act leaves; reminders that go out once, to a real mail server."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from tests.portal.conftest import Lines, MakeUser, SignIn
from tests.portal.logbook.conftest import NOW, Write, joined, service
from tests.portal.logbook.test_views import form

from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Role
from quietude.portal.logbook import acts, following, reminding
from quietude.portal.logbook.models import Entry, FollowUp, FollowUpStep, FollowUpWish, Reminder, State
from quietude.portal.logbook.todo import Person
from quietude.portal.rights.standing import standing_of

pytestmark = pytest.mark.django_db
TOMORROW = NOW + timedelta(days=1)


@pytest.fixture
def clerk(make_user: MakeUser) -> User:
    """Return an agent of the desk, who writes in another logbook."""
    return joined(make_user(Role.AGENT, "clerk", email="clerk@valcombe.example"), "desk")


def waiting(user: User, tab: str = "mine") -> list[FollowUp]:
    return list(Person.of(user, standing_of(user), NOW).asked(tab, NOW))


def test_it_is_of_the_writer_s_service_unless_somebody_is_named(write: Write, writer: User, clerk: User) -> None:
    entry = write()
    own = following.follow_up(writer, entry, "Repasser", now=NOW)
    other = following.follow_up(writer, entry, "Rappeler", service="desk", due_at=TOMORROW, now=NOW)
    named = following.follow_up(writer, entry, "Écrire", assignee=clerk, now=NOW)
    assert [(each.service, each.assignee) for each in (own, other, named)] == [
        ("police", None), ("desk", None), ("desk", clerk),
    ]  # fmt: skip
    assert waiting(clerk, "service") == [other, named]
    assert waiting(clerk) == [named]
    assert waiting(writer, "asked") == [other, own, named]


def test_another_service_does_it_without_reading_the_entry(
    write: Write, writer: User, clerk: User, sign_in: SignIn, lines: Lines
) -> None:
    asked = following.follow_up(writer, write(text="Mme Durand"), "Rappeler le syndic", service="desk", now=NOW)
    client = sign_in(Role.AGENT, username="dora")
    joined(User.objects.get(username="dora"), "desk")
    page = client.get("/logbook/follow-ups/?show=service").content.decode()
    assert "Rappeler le syndic" in page
    assert "Durand" not in page
    client.post(f"/logbook/follow-ups/{asked.pk}/done/", {"outcome": "Syndic rappelé"})
    asked.refresh_from_db()
    assert (asked.outcome, asked.entry.state) == ("Syndic rappelé", State.CLOSED)
    assert {"follow_up_asked", "follow_up_done"} <= {str(line.detail.get("act")) for line in lines()}
    assert [line for line in lines() if line.detail.get("of") == "follow_ups"]
    assert clerk.pk


def test_a_stranger_may_not_act_and_is_not_told_that_it_exists(write: Write, writer: User, sign_in: SignIn) -> None:
    asked = following.follow_up(writer, write(regime="TITRE_III", category="violence.assault"), "Repasser", now=NOW)
    client = sign_in(Role.AGENT, username="dora")
    joined(User.objects.get(username="dora"), "desk")
    assert client.post(f"/logbook/follow-ups/{asked.pk}/done/", {"outcome": "Fait"}).status_code == 404
    with pytest.raises(PermissionDenied):
        following.finish(User.objects.get(username="dora"), asked, outcome="Fait", now=NOW)


def test_each_act_is_a_step_and_a_line_and_moves_the_state(
    write: Write, writer: User, clerk: User, lines: Lines
) -> None:
    entry = write()
    asked = following.follow_up(writer, entry, "Repasser", now=NOW)
    following.hand_over(writer, asked, service="desk", reason="c'est pour eux", now=NOW)
    following.hand_over(clerk, asked, assignee=clerk, due_at=TOMORROW, now=NOW)
    following.finish(clerk, asked, outcome="Vu sur place", now=NOW)
    assert Entry.objects.get().state == State.CLOSED
    following.reopen(clerk, asked, reason="nouvel appel", now=NOW)
    found = Entry.objects.get()
    assert (found.state, found.due_at) == (State.UNDER_WAY, TOMORROW)
    assert [each.what for each in asked.steps.all()] == ["asked", "handed_over", "handed_over", "done", "reopened"]
    acts_noted = [line.detail["act"] for line in lines() if str(line.detail.get("act")).startswith("follow_up_")]
    assert sorted(acts_noted) == sorted(
        ["follow_up_asked", "follow_up_handed_over", "follow_up_handed_over", "follow_up_done", "follow_up_reopened"]
    )


def test_what_cannot_be_is_refused_in_words(write: Write, writer: User, make_user: MakeUser) -> None:
    entry = write()
    nobody = make_user(Role.AGENT, "nobody")
    for wrong in ({"service": "unknown"}, {"assignee": nobody}, {"due_at": NOW - timedelta(hours=1)}):
        with pytest.raises(ValidationError):
            following.follow_up(writer, entry, "Repasser", now=NOW, **wrong)
    asked = following.follow_up(writer, entry, "Repasser", now=NOW)
    with pytest.raises(ValidationError):
        following.hand_over(writer, asked, service="police", now=NOW)
    with pytest.raises(ValidationError):
        following.reopen(writer, asked, reason="encore", now=NOW)


def test_a_follow_up_is_asked_with_the_entry_and_of_one_sent_twice_once(at_work: Client) -> None:
    service("desk")
    sent = form(follow_what="Rappeler le syndic", follow_to="service:desk", follow_due="dans 3 jours")
    assert [at_work.post("/logbook/save/", sent).status_code for _ in range(2)] == [200, 200]
    [asked] = FollowUp.objects.all()
    assert (asked.what, asked.service, asked.entry.state) == ("Rappeler le syndic", "desk", State.UNDER_WAY)
    assert asked.due_at is not None
    assert asked.entry.due_at == asked.due_at


@pytest.mark.parametrize(
    ("field", "sent"),
    [
        ("follow_due", {"follow_what": "Repasser", "follow_due": "bientôt"}),
        ("follow_what", {"follow_due": "demain"}),
        ("follow_to", {"follow_what": "Repasser", "follow_to": "service:none"}),
    ],
)
def test_a_wrong_follow_up_is_said_at_its_field_and_nothing_is_written(
    at_work: Client, field: str, sent: dict[str, str]
) -> None:
    answer = at_work.post("/logbook/save/", form(**sent))
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert not Entry.objects.exists()


def test_a_term_is_read_back_as_it_is_typed(at_work: Client) -> None:
    said = at_work.get("/logbook/moment/?ahead=1&q=dans 3 jours").json()
    assert (said["is_wrong"], said["said"].endswith("23:59")) == (False, True)
    assert at_work.get("/logbook/moment/?ahead=1&q=hier").json()["is_wrong"] is True


def test_who_left_or_is_away_leaves_it_to_the_service(write: Write, writer: User, clerk: User) -> None:
    entry = write()
    asked = following.follow_up(writer, entry, "Rappeler", assignee=clerk, due_at=TOMORROW, now=NOW)
    assert following.fall_back(NOW) == 0
    FollowUpWish.objects.create(person=clerk, by_mail=True, away_until=NOW.date() + timedelta(days=3))
    mate = joined(User.objects.create(username="mate", role=Role.AGENT, email="mate@valcombe.example"), "desk")
    FollowUpWish.objects.create(person=mate, by_mail=True)
    assert reminding.recipients(asked, NOW) == [mate]
    assert reminding.recipients(asked, NOW + timedelta(days=4)) == [clerk]
    clerk.memberships.update(until=date(2026, 6, 1))
    assert [following.fall_back(NOW), following.fall_back(NOW)] == [1, 0]
    asked.refresh_from_db()
    last = asked.steps.last()
    assert last is not None
    assert (asked.assignee, asked.service, last.what, last.by) == (None, "desk", FollowUpStep.What.FELL_BACK, None)


def test_it_is_called_to_mind_on_its_last_morning_or_an_hour_before(write: Write, writer: User) -> None:
    entry = write()  # NOW is twenty past twelve, local time
    for due_at, at in (
        (TOMORROW, TOMORROW.replace(hour=6, minute=0)),
        (NOW + timedelta(hours=5), NOW + timedelta(hours=4)),
        (NOW + timedelta(minutes=10), NOW),
    ):
        asked = following.follow_up(writer, entry, "Repasser", due_at=due_at, now=NOW)
        assert [each.at for each in asked.reminders.all()] == [at]
    chosen = [NOW + timedelta(hours=2), NOW + timedelta(hours=1)]
    asked = following.follow_up(writer, entry, "Repasser", due_at=TOMORROW, remind_at=chosen, now=NOW)
    assert [each.at for each in asked.reminders.all()] == sorted(chosen)


def test_the_header_counts_one_s_own_and_the_late_ones_that_nobody_has(at_work: Client) -> None:
    bruno = User.objects.get(username="bruno")
    at_work.post("/logbook/save/", form(follow_what="Rappeler le syndic", follow_to=f"person:{bruno.pk}"))
    at_work.post("/logbook/save/", form(follow_what="Repasser", follow_due="dans 2 h"))
    assert "1 suite" in at_work.get("/logbook/").content.decode()
    FollowUp.objects.exclude(due_at=None).update(due_at=timezone.now() - timedelta(hours=1))
    shown = at_work.get("/logbook/").content.decode()
    assert "2 suites" in shown
    assert "1 en retard" in shown


class Received(socketserver.StreamRequestHandler):
    """Speaks enough of SMTP (RFC 5321) to take messages."""

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        while command := self.rfile.readline().strip().upper():
            if command == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                self.server.messages.append(b"".join(iter(self.rfile.readline, b".\r\n")))  # type: ignore[attr-defined]
            self.wfile.write(b"221 bye\r\n" if command == b"QUIT" else b"250 ok\r\n")


@pytest.fixture
def mailbox(settings: Settings) -> Iterator[list[bytes]]:
    """Return what a mail server on this machine receives."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Received) as server:
        messages: list[bytes] = []
        server.messages = messages  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        _mails(settings, server.server_address[1])
        yield messages
        server.shutdown()
        thread.join(timeout=10)


def _mails(settings: Settings, port: int) -> None:
    settings.QUIETUDE = replace(
        settings.QUIETUDE, mail_url=f"smtp://127.0.0.1:{port}", mail_from="quietude@valcombe.example",
        hosts=("quietude.valcombe.example",), is_https=True,
    )  # fmt: skip
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port


def test_a_reminder_is_sent_once_names_nobody_and_only_to_who_asked(
    mailbox: list[bytes], write: Write, writer: User, clerk: User
) -> None:
    entry = write(text="Mme Durand se plaint")
    for what in ("Rappeler Mme Durand", "Écrire au syndic"):
        following.follow_up(writer, entry, what, assignee=clerk, due_at=TOMORROW, now=NOW)
    assert [reminding.send_due(TOMORROW), mailbox] == [0, []]
    Reminder.objects.update(taken_at=None)
    FollowUpWish.objects.create(person=clerk, by_mail=True)
    assert [reminding.send_due(NOW), reminding.send_due(TOMORROW), reminding.send_due(TOMORROW)] == [0, 1, 0]
    [message] = mailbox
    said = message.decode()
    assert "To: clerk@valcombe.example" in said
    assert "https://quietude.valcombe.example/logbook/follow-ups/" in said
    assert not [word for word in ("Durand", "syndic", "anne", "PM-2026", "quai") if word in said]
    assert [each.sent for each in Reminder.objects.all()] == [1, 1]


def test_what_is_done_or_struck_is_not_called_to_mind(
    mailbox: list[bytes], write: Write, writer: User, clerk: User
) -> None:
    FollowUpWish.objects.create(person=clerk, by_mail=True)
    done = following.follow_up(writer, write(), "Rappeler", assignee=clerk, due_at=TOMORROW, now=NOW)
    following.finish(clerk, done, outcome="Rappelé", now=NOW)
    struck = write(key=uuid4())
    following.follow_up(writer, struck, "Rappeler", assignee=clerk, due_at=TOMORROW, now=NOW)
    acts.strike(writer, struck, reason="doublon", now=NOW)
    assert [reminding.send_due(TOMORROW), mailbox] == [0, []]


def test_while_the_mail_server_is_away_reminders_wait(
    mailbox: list[bytes], write: Write, writer: User, clerk: User, settings: Settings
) -> None:
    FollowUpWish.objects.create(person=clerk, by_mail=True)
    following.follow_up(writer, write(), "Rappeler", assignee=clerk, due_at=TOMORROW, now=NOW)
    port: Any = settings.EMAIL_PORT
    _mails(settings, 1)  # nobody listens there
    assert reminding.send_due(TOMORROW) == 0
    _mails(settings, port)
    assert [reminding.send_due(TOMORROW), len(mailbox)] == [1, 1]
