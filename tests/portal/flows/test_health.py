"""How a flow does, as its source's page says it; a silent one is itself an alarm."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from tests.portal.conftest import SignIn
from tests.portal.flows.conftest import Send, cap, record, several

from quietude.model.identity import event_uid
from quietude.model.viewer import Viewer
from quietude.portal.accounts.roles import Role
from quietude.portal.alarms.models import Alarm
from quietude.portal.alarms.watching import Watch
from quietude.portal.flows import filing, inbox
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
    assert (first.waiting, first.rate.usual, first.rate.is_unusual) == (2, None, False)
    FlowHour.objects.create(source="logbook", hour=hour - 3 * WEEK, records=40)
    found = health_of(manifest(), now)
    assert found is not None
    assert (found.rate.usual, found.rate.last_hour, found.rate.is_unusual) == ((10, 40), 0, True)
    FlowHour.objects.update_or_create(source="logbook", hour=hour, defaults={"records": 15})
    again = health_of(manifest(), now)
    assert again is not None
    assert not again.rate.is_unusual


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


def test_each_door_has_its_own_rate_lag_and_errors(empty_store: Store, send: Send, sign_in: SignIn) -> None:
    now = timezone.now()
    send([record("old", now - timedelta(minutes=30)), {"at": now.isoformat()}])
    filing.file_waiting()
    send(b"[]")
    hour = now.replace(minute=0, second=0, microsecond=0) - HOUR
    for week in (1, 2, 3):
        FlowHour.objects.create(source="logbook", door="http", hour=hour - week * WEEK, records=10)
        FlowHour.objects.create(source="logbook", door="mqtt", hour=hour - week * WEEK, records=1_000)
    found = health_of(manifest(), now)
    assert found is not None
    (door,) = found.doors
    assert (door.rate.usual, found.rate.usual) == ((10, 10), (1_010, 1_010))
    assert door.state is not None
    assert (door.state.received, door.state.quarantined, door.state.refused) == (2, 1, 1)
    assert door.lag_said == "30 min"
    shown = sign_in(Role.DATA_MANAGER, username="keeper").get("/sources/logbook/").content.decode()
    assert "there is no record" in shown
    assert "there is no record" not in sign_in(Role.AGENT, username="a").get("/sources/logbook/").content.decode()


def test_a_source_that_sends_without_measure_is_refused_before_the_others_and_the_page_says_so(
    empty_store: Store, send: Send, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "WAITING_MOST_OF_ONE", 3)
    now = timezone.now()
    assert send(several(3, now)).status_code == 200
    answer = send(several(1, now))
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert send(cap(), address="/api/v1/sources/weather_warnings/records", content_type="text/xml").status_code == 200
    shown = sign_in(Role.AGENT).get("/sources/logbook/").content.decode()
    assert "réessayer" in shown
    filing.file_waiting()
    assert send(several(1, now)).status_code == 200


def test_a_local_time_is_read_in_the_sources_zone_and_one_that_says_utc_shows_as_a_lag_below_zero(
    empty_store: Store, send: Send
) -> None:
    now = timezone.now()
    local = now.astimezone(ZoneInfo("Europe/Paris")).replace(tzinfo=None)
    send([record("local", now) | {"at": local.isoformat()}])
    filing.file_waiting()
    (fact,) = empty_store.event(Viewer.system("test"), event_uid("logbook", "local"))
    assert abs(fact.occurred_from - now) < timedelta(minutes=1)
    known = health_of(manifest(), now)
    assert known is not None
    assert known.doors[0].lag_said == "0 s"
    send([record("wrong", now) | {"at": f"{(now + timedelta(hours=2, minutes=5)).replace(tzinfo=None).isoformat()}Z"}])
    filing.file_waiting()
    known = health_of(manifest(), now)
    assert known is not None
    assert known.doors[0].lag_said == "−2 h"


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
