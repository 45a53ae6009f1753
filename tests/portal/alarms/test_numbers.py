"""Observations that flow in are judged by rules on levels, ring, and show their values to whoever may list them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from tests.portal.flows.conftest import Send

from quietude.model.viewer import Viewer
from quietude.portal.alarms.models import Alarm, Arrival, GroupMemory
from quietude.portal.alarms.reading import one_alarm
from quietude.portal.alarms.watching import Watch
from quietude.portal.flows import filing
from quietude.store.api import Store

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC).replace(microsecond=0)
ADDRESS = "/api/v1/sources/meters/records"


def said(ago_min: float, level: float, sensor: str = "a") -> dict[str, object]:
    return {"at": (NOW - timedelta(minutes=ago_min)).isoformat(), "sensor": sensor, "laeq": level}


@pytest.fixture
def watch(empty_store: Store, send: Send) -> Watch:
    return Watch()


def hear(send: Send, watch: Watch, *values: dict[str, object], now: datetime = NOW) -> None:
    assert send(list(values), address=ADDRESS).status_code == 200
    filing.file_waiting()
    watch.once(now)


def test_a_level_that_lasts_rings_once_and_names_its_series(send: Send, watch: Watch) -> None:
    hear(send, watch, said(10, 60), said(8, 75))
    alarm = Alarm.objects.get()
    assert (alarm.rule, alarm.group, alarm.evidence) == ("loud", "meters/a/laeq", ["meters/a/laeq"])
    assert alarm.is_active
    hear(send, watch, said(6, 71), said(5, 62))
    hear(send, watch, said(5, 62))
    alarm.refresh_from_db()
    assert (Alarm.objects.count(), alarm.is_active, alarm.facts) == (1, False, 2)
    assert not Arrival.objects.exists()


def test_a_late_value_is_judged_at_its_moment_and_a_restart_changes_nothing(send: Send, watch: Watch) -> None:
    hear(send, watch, said(10, 75), said(1, 75))
    hear(send, Watch(), said(4, 50))
    assert [(a.is_active, a.facts) for a in Alarm.objects.order_by("began_at")] == [(False, 1), (True, 1)]
    Watch().once(NOW + timedelta(hours=4))
    assert not Alarm.objects.filter(is_active=True).exists()
    assert not GroupMemory.objects.filter(rule="loud").exists()


def test_only_who_may_list_a_series_sees_its_alarm(send: Send, watch: Watch) -> None:
    hear(send, watch, said(8, 75))
    key = Alarm.objects.get().key
    assert one_alarm(Viewer.system("test"), key, NOW, "en") is not None
    assert one_alarm(Viewer.nobody(), key, NOW, "en") is None
