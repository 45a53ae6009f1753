"""Broken glass is seen at once by whoever judges it, and told by e-mail where mail is set up."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.utils import timezone
from pytest_django import Settings
from tests.portal.conftest import SignIn

from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Role
from quietude.portal.installation import mail_from
from quietude.portal.rights.models import Opening

BROKEN = {"kind": "break_glass", "motive": "report", "words": "enfant perdu rue Haute"}
PAGES = ("/", "/explore/", "/sources/", "/profile/")
Mail = Callable[[int], None]
pytestmark = pytest.mark.usefixtures("store")


class Box:
    """Keeps what the server took."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  # its names
        self.taken.append(message_from_bytes(envelope.content, EmailMessage, policy=policy.default))
        return "250 taken"


@pytest.fixture
def mail(settings: Settings) -> Mail:
    """Return what sets mail up, as QUIETUDE_MAIL_URL does, for a server of this machine."""

    def set_up(port: int) -> None:
        settings.QUIETUDE = replace(
            settings.QUIETUDE, mail_url=f"smtp://127.0.0.1:{port}", mail_from="portail@valcombe.example"
        )
        for name, value in mail_from(settings.QUIETUDE).items():
            setattr(settings, name, value)

    return set_up


@pytest.fixture
def server(mail: Mail) -> Iterator[Box]:
    """Run a mail server, and let the portal send by it."""
    box = Box()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    mail(controller.port)
    yield box
    controller.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_supervisors_see_it_on_every_page_until_it_is_judged(sign_in: SignIn) -> None:
    agent, supervisor = sign_in(Role.AGENT, full_name="Camille Roux"), sign_in(Role.SUPERVISOR, language="en")
    assert "top__glass" not in supervisor.get("/").content.decode()
    assert agent.post("/rights/opening/", BROKEN).status_code == 302
    assert [page for page in PAGES if "1 to judge" not in supervisor.get(page).content.decode()] == []
    first = supervisor.get("/").content.decode()
    opening = Opening.objects.get()
    assert "Camille Roux" in first
    assert "enfant perdu rue Haute" in first
    assert f"/rights/openings/{opening.pk}/" in first
    assert [page for page in PAGES if "top__glass" in agent.get(page).content.decode()] == []
    judged = {"verdict": "justified", "finding": "un enfant était en danger"}
    assert supervisor.post(f"/rights/openings/{opening.pk}/", judged).status_code == 302
    assert "top__glass" not in supervisor.get("/").content.decode()


def test_one_s_own_is_for_another_to_judge(sign_in: SignIn) -> None:
    supervisor = sign_in(Role.SUPERVISOR)
    supervisor.post("/rights/opening/", BROKEN)
    assert "top__glass" not in supervisor.get("/").content.decode()


def test_supervisors_are_told_by_mail_each_in_their_language_and_of_nobody(sign_in: SignIn, server: Box) -> None:
    sign_in(Role.SUPERVISOR, username="chef", email="chef@valcombe.example", language="fr")
    sign_in(Role.DPO, username="dpo", email="dpo@valcombe.example", language="en")
    sign_in(Role.SUPERVISOR, username="parti", email="parti@valcombe.example", is_active=False)
    agent = sign_in(Role.AGENT, full_name="Camille Roux", email="camille@valcombe.example")
    assert agent.post("/rights/opening/", BROKEN).status_code == 302
    assert [message["To"] for message in server.taken] == ["chef@valcombe.example", "dpo@valcombe.example"]
    french, english = (message.get_content() for message in server.taken)
    assert "La glace a été brisée" in french
    assert "The glass was broken" in english
    for message in server.taken:
        assert message["From"] == "portail@valcombe.example"
        assert "http://testserver/rights/openings/" in message.get_content()
        assert not [word for word in ("Camille", "enfant", "agent") if word in message.as_string()]
    assert Opening.objects.get().told_at is not None


def test_what_is_opened_on_demand_is_not_told(sign_in: SignIn, server: Box) -> None:
    sign_in(Role.SUPERVISOR, email="chef@valcombe.example")
    sign_in(Role.AGENT).post("/rights/opening/", {"kind": "on_demand", "motive": "report", "words": "n° 12"})
    assert server.taken == []


def test_a_mail_server_that_is_down_stops_nothing_and_the_administrator_is_told(sign_in: SignIn, mail: Mail) -> None:
    mail(free_port())
    sign_in(Role.SUPERVISOR, email="chef@valcombe.example")
    agent, administrator = sign_in(Role.AGENT), sign_in(Role.ADMINISTRATOR, language="en")
    assert agent.post("/rights/opening/", BROKEN).status_code == 302
    opening = Opening.objects.get()
    assert opening.is_in_force(timezone.now())
    assert (opening.told_at, opening.mail_fault) == (None, "ConnectionRefusedError Connection refused")
    page = administrator.get("/").content.decode()
    assert "could not be told by e-mail" in page
    assert "ConnectionRefusedError" in page
    assert "could not be told" not in agent.get("/").content.decode()


def test_the_fault_is_shown_until_mail_goes_again(sign_in: SignIn, mail: Mail, server: Box) -> None:
    working = server.taken
    sign_in(Role.SUPERVISOR, email="chef@valcombe.example")
    agent, administrator = sign_in(Role.AGENT), sign_in(Role.ADMINISTRATOR, language="en")
    holder = User.objects.get(username="agent")
    purpose = holder.grants.get().purpose
    past = timezone.now() - timedelta(days=1)
    Opening.objects.create(
        holder=holder, purpose=purpose, kind="break_glass", motive="report", words="x" * 12, opened_at=past,
        until=past, mail_fault="TimeoutError",
    )  # fmt: skip
    assert "TimeoutError" in administrator.get("/").content.decode()
    agent.post("/rights/opening/", BROKEN)
    assert len(working) == 1
    assert "TimeoutError" not in administrator.get("/").content.decode()


def test_without_mail_nothing_is_sent_and_nothing_is_wrong(sign_in: SignIn) -> None:
    sign_in(Role.SUPERVISOR, email="chef@valcombe.example")
    sign_in(Role.AGENT).post("/rights/opening/", BROKEN)
    opening = Opening.objects.get()
    assert (opening.told_at, opening.mail_fault) == (None, "")


def test_what_nobody_judges_in_three_days_stands_out(sign_in: SignIn) -> None:
    sign_in(Role.AGENT, full_name="Camille Roux").post("/rights/opening/", BROKEN)
    officer = sign_in(Role.DPO, language="en")
    said = "nobody has judged it for 72 hours"
    assert said not in officer.get("/journal/unusual/").content.decode()
    Opening.objects.update(opened_at=timezone.now() - timedelta(hours=73))
    page = officer.get("/journal/unusual/").content.decode()
    assert said in page
    assert "Camille Roux" in page
