"""How a flow does, as its source's page says it; a silent one is itself an alarm."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.portal.conftest import SignIn
from tests.portal.flows.conftest import Send, several

from quietude.portal.accounts.roles import Role
from quietude.portal.alarms.models import Alarm
from quietude.portal.alarms.watching import Watch
from quietude.portal.flows import filing
from quietude.portal.flows.health import HOUR, WEEK, health_of
from quietude.portal.flows.inbox import forget_old_hours
from quietude.portal.flows.models import Delivery, Fault, FlowHour, FlowState
from quietude.portal.flows.silence import watch_silence
from quietude.portal.town import current_town
from quietude.sources.api import Manifest
from quietude.store.api import Store

pytestmark = pytest.mark.django_db


def manifest(name: str = "logbook") -> Manifest:
    return current_town().sources[name]


def test_a_source_without_a_flow_has_no_health() -> None:
    assert health_of(manifest("patrols"), timezone.now()) is None


def test_what_is_usual_is_said_once_three_weeks_are_known(empty_store: Store, send: Send) -> None:
    now = timezone.now()
    send(several(2, now))
    hour = now.replace(minute=0, second=0, microsecond=0) - HOUR
    for week in (1, 2):
        FlowHour.objects.create(source="logbook", hour=hour - week * WEEK, records=10 * week)
    first = health_of(manifest(), now)
    assert first is not None
    assert (first.waiting, first.usual, first.is_unusual) == (2, None, False)
    FlowHour.objects.create(source="logbook", hour=hour - 3 * WEEK, records=40)
    found = health_of(manifest(), now)
    assert found is not None
    assert (found.usual, found.last_hour, found.is_unusual) == ((10, 40), 0, True)
    FlowHour.objects.update_or_create(source="logbook", hour=hour, defaults={"records": 15})
    again = health_of(manifest(), now)
    assert again is not None
    assert not again.is_unusual


def test_a_silent_flow_rings_once_and_its_next_record_ends_it(empty_store: Store, send: Send) -> None:
    now = timezone.now()
    send(several(1, now))
    assert watch_silence(now + timedelta(minutes=59)) == 0
    assert watch_silence(now + timedelta(minutes=61)) == 1
    assert watch_silence(now + timedelta(minutes=62)) == 0, "once"
    alarm = Alarm.objects.get()
    assert (alarm.rule, alarm.group, alarm.is_active) == ("flow:silent", "logbook", True)
    assert alarm.began_at == FlowState.objects.get().last_at + timedelta(hours=1)
    Watch().once(now)
    alarm.refresh_from_db()
    assert alarm.is_active, "a change of the town's rules does not end it"
    FlowState.objects.update(last_at=now + timedelta(minutes=90))
    assert watch_silence(now + timedelta(minutes=91)) == 1
    alarm.refresh_from_db()
    assert (alarm.is_active, alarm.is_acknowledged) == (False, False)


def test_the_page_of_the_source_says_how_its_flow_does(
    empty_store: Store, send: Send, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent = sign_in(Role.AGENT)
    assert "Rien n’est encore arrivé" in agent.get("/sources/logbook/").content.decode()
    send(several(3, timezone.now()))
    with monkeypatch.context() as patched:
        patched.setattr(Store, "upsert", _fails)
        filing.file_waiting()
    shown = agent.get("/sources/logbook/").content.decode()
    assert "3 enregistrements sur le disque" in shown
    assert str(Fault.STORE.label) in shown
    assert "no space in /srv" not in shown, "words for whoever keeps the sources"
    assert "no space in /srv" in sign_in(Role.DATA_MANAGER, username="keeper").get("/sources/logbook/").content.decode()
    filing.file_waiting()
    shown = agent.get("/sources/logbook/").content.decode()
    assert "3 reçus, 3 dans l’entrepôt, 0 mis de côté" in shown
    assert not Delivery.objects.exists()


def _fails(*_args: object) -> None:
    raise OSError("no space in /srv")


def test_a_silent_flow_is_seen_in_the_tray(empty_store: Store, send: Send, sign_in: SignIn) -> None:
    now = timezone.now()
    send(several(1, now))
    watch_silence(now + timedelta(minutes=61))
    shown = sign_in(Role.AGENT).get("/alarms/").content.decode()
    assert "Flux silencieux" in shown
    assert "Main courante" in shown


def test_counts_that_nothing_is_compared_with_any_more_are_forgotten(empty_store: Store) -> None:
    now = timezone.now()
    for weeks in (0, 8, 9):
        FlowHour.objects.create(source="logbook", hour=now - weeks * WEEK, records=1)
    assert forget_old_hours(now) == 1
    assert FlowHour.objects.count() == 2
