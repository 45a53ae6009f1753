"""Alarms are given to a person or a service, who is told; a rule may ask for words."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone
from tests.portal.alarms.conftest import Ring
from tests.portal.conftest import LONG_AGO, Lines, MakeUser, SignIn
from tests.portal.services.conftest import MakeService

from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Role
from quietude.portal.alarms import acts, reading
from quietude.portal.alarms.models import Alarm, Assignment
from quietude.portal.notifications.models import Dispatch
from quietude.portal.services.api import Membership

pytestmark = pytest.mark.django_db
TITLE = "Bruit répété dans un quartier"


@pytest.fixture
def alarm(ring: Ring) -> Alarm:
    """Return an alarm that rings."""
    ring(timezone.now())
    return Alarm.objects.get()


def test_an_alarm_is_given_taken_back_and_undone(
    alarm: Alarm, make_user: MakeUser, make_service: MakeService, lines: Lines
) -> None:
    by, other = make_user(Role.AGENT), make_user(Role.AGENT, "other")
    now = timezone.now()
    acts.assign(by, [alarm.key], now, to=other)
    assert Assignment.objects.get().person == other
    done = acts.assign(by, [alarm.key], now, to=make_service("pm"))
    assert Assignment.objects.get().person is None
    assert acts.undo(by, done.act, now) == 1
    assert Assignment.objects.get().person == other
    acts.assign(by, [alarm.key], now, to=None)
    assert not Assignment.objects.exists()
    assert [each.asked for each in Dispatch.objects.all()] == [f"person:{other.pk}", "service:pm"]
    assert [line.detail["act"] for line in lines() if line.detail.get("act") == "alarm_assigned"] == [
        "alarm_assigned"
    ] * 3


def test_mine_are_those_given_to_me_or_my_service_or_taken_by_me(
    alarm: Alarm, sign_in: SignIn, make_service: MakeService
) -> None:
    agent = sign_in(Role.AGENT)
    user = User.objects.get(username="agent")
    service = make_service("pm")
    Membership.objects.create(person=user, service=service, since=LONG_AGO, given_by="x")
    assert "Rien ne vous est confié" in agent.get("/alarms/?show=mine").content.decode()
    said = {"alarm": [alarm.key], "to": "service:pm", "back": "/alarms/?show=mine"}
    shown = agent.post("/alarms/assign/", said, follow=True).content.decode()
    assert TITLE in shown
    assert "confiée à Service pm" in shown
    way = re.search(r'action="(/alarms/undo/[0-9a-f-]+/)"', shown)
    assert way is not None
    agent.post(way[1])
    assert "Rien ne vous est confié" in agent.get("/alarms/?show=mine").content.decode()
    agent.post("/alarms/take/", {"alarm": alarm.key})
    assert TITLE in agent.get("/alarms/?show=mine").content.decode()


def test_nobody_who_may_not_take_alarms_is_given_one(alarm: Alarm, sign_in: SignIn, make_user: MakeUser) -> None:
    analyst = make_user(Role.ANALYST)
    agent = sign_in(Role.AGENT)
    agent.post("/alarms/assign/", {"alarm": [alarm.key], "to": f"person:{analyst.pk}"})
    assert not Assignment.objects.exists()


def test_a_rule_may_ask_for_words_of_whoever_takes_its_alarm(
    alarm: Alarm, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (acts, reading):
        monkeypatch.setattr(module, "commented", lambda: frozenset({alarm.rule}))
    agent = sign_in(Role.AGENT)
    assert "Commentaire, demandé par la règle" in agent.get("/alarms/").content.decode()
    shown = agent.post("/alarms/take/", {"alarm": alarm.key, "said": " "}, follow=True).content.decode()
    assert "La règle demande un commentaire" in shown
    alarm.refresh_from_db()
    assert not alarm.is_acknowledged
    agent.post("/alarms/take/", {"alarm": alarm.key, "said": "patrouille en route"})
    alarm.refresh_from_db()
    assert alarm.is_acknowledged
