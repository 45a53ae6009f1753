"""Pages of alarms: each reader sees those of whose facts each is theirs, acts on no others, and hears of changes."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests.portal.alarms.conftest import Ring
from tests.portal.conftest import SignIn

from quietude.portal.accounts.roles import Role
from quietude.portal.alarms.models import Alarm
from quietude.portal.rights.models import Grant

pytestmark = pytest.mark.django_db
TITLE = "Bruit répété dans un quartier"


@pytest.fixture
def alarm(ring: Ring) -> Alarm:
    """Return an alarm that rings."""
    ring(timezone.now())
    return Alarm.objects.get()


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_tray_shows_what_rings_where_with_what_to_do_and_its_facts(alarm: Alarm, sign_in: SignIn) -> None:
    agent = sign_in(Role.AGENT)
    shown = text(agent, "/alarms/")
    for said in (TITLE, "Le Port", "Envoyer une patrouille.", "3 faits", "sonne", alarm.evidence[0]):
        assert said in shown
    assert "1 alarme" in text(agent, "/rules/"), "on every page"
    assert "Rien n’est mis de côté" in text(agent, "/alarms/?show=aside")
    assert "Three complaints" not in shown


def test_an_alarm_is_taken_and_undone_from_the_page(alarm: Alarm, sign_in: SignIn) -> None:
    agent = sign_in(Role.AGENT)
    answer = agent.post("/alarms/take/", {"alarm": alarm.key, "back": "/alarms/?show=now"}, follow=True)
    shown = answer.content.decode()
    assert "1 alarme prise en charge." in shown
    assert "1 alarme</span>" not in shown, "it rings no more"
    way = re.search(r'action="(/alarms/undo/[0-9a-f-]+/)"', shown)
    assert way is not None
    shown = agent.post(way[1], {"back": "/alarms/"}, follow=True).content.decode()
    assert "Annulé pour 1 alarme." in shown
    alarm.refresh_from_db()
    assert not alarm.is_acknowledged


def test_many_are_set_aside_at_once_with_a_reason(alarm: Alarm, sign_in: SignIn) -> None:
    agent = sign_in(Role.AGENT)
    said = {"alarm": [alarm.key], "length": "PT1H", "said": ""}
    assert "Dites pourquoi" in agent.post("/alarms/shelve/", said, follow=True).content.decode()
    agent.post("/alarms/shelve/", said | {"said": "fête"})
    assert TITLE not in text(agent, "/alarms/")
    aside = text(agent, "/alarms/?show=aside")
    assert TITLE in aside
    assert "jusqu" in aside


def test_whoever_may_not_list_each_of_its_facts_sees_nothing_of_an_alarm(alarm: Alarm, sign_in: SignIn) -> None:
    agent = sign_in(Role.AGENT)
    Grant.objects.update(zones=["quarter:port"])
    assert TITLE in text(agent, "/alarms/")
    Grant.objects.update(zones=["quarter:halles"])  # the facts lie at the port
    for address in ("/alarms/", "/alarms/part/", "/alarms/?show=past", "/"):
        shown = text(agent, address)
        assert TITLE not in shown
        assert "1 alarme" not in shown
    assert agent.get(f"/alarms/{alarm.key}/").status_code == 404
    agent.post("/alarms/take/", {"alarm": alarm.key})
    alarm.refresh_from_db()
    assert not alarm.is_acknowledged


def test_an_analyst_looks_and_takes_nothing(alarm: Alarm, sign_in: SignIn) -> None:
    analyst = sign_in(Role.ANALYST)
    assert "Prendre en charge" not in text(analyst, "/alarms/")
    assert analyst.post("/alarms/take/", {"alarm": alarm.key}).status_code == 403


@pytest.mark.parametrize("role", [Role.ELECTED, Role.DATA_MANAGER, Role.DPO, Role.ADMINISTRATOR])
def test_whoever_has_no_right_to_alarms_is_refused(role: Role, sign_in: SignIn) -> None:
    client = sign_in(role)
    for address in ("/alarms/", "/alarms/part/", "/alarms/stream/", "/alarms/abc/"):
        assert client.get(address).status_code == 403
    assert 'href="/alarms/"' not in text(client, "/rules/")


def test_the_page_of_an_alarm_says_what_became_of_it(alarm: Alarm, sign_in: SignIn) -> None:
    agent = sign_in(Role.AGENT)
    agent.post("/alarms/comment/", {"alarm": alarm.key, "said": "patrouille envoyée"})
    shown = text(agent, f"/alarms/{alarm.key}/")
    assert "a sonné" in shown
    assert "patrouille envoyée" in shown
    assert shown.index("a sonné") < shown.index("patrouille envoyée")


def test_what_was_taken_and_is_over_stands_among_the_past(ring: Ring, sign_in: SignIn) -> None:
    now = timezone.now()
    watch = ring(now)
    agent = sign_in(Role.AGENT)
    agent.post("/alarms/take/", {"alarm": Alarm.objects.get().key})
    watch.once(now + timedelta(hours=3))
    Alarm.objects.update(ended_at=now)
    assert TITLE not in text(agent, "/alarms/")
    assert TITLE in text(agent, "/alarms/?show=past")


def test_a_screen_hears_the_stamp_that_its_list_has(alarm: Alarm, sign_in: SignIn) -> None:
    agent = sign_in(Role.AGENT)
    answer = agent.get("/alarms/stream/")
    said = b"".join(answer).decode()
    assert answer.headers["Content-Type"] == "text/event-stream; charset=utf-8"
    stamp = re.search(r"event: changed\ndata: (\S+)", said)
    assert stamp is not None
    assert f'data-stamp="{stamp[1]}"' in text(agent, "/alarms/part/")


def test_nobody_is_led_elsewhere_after_an_act(alarm: Alarm, sign_in: SignIn) -> None:
    agent = sign_in(Role.AGENT)
    answer = agent.post("/alarms/take/", {"alarm": alarm.key, "back": "https://elsewhere.example/"})
    assert answer.headers["Location"] == "/alarms/"
