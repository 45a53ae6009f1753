"""Whatever order facts come in and whenever a judge is killed, the same alarms are there in the end, each once."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from tests.portal.flows.conftest import Send, record, send

from quietude.model.filter.question import Filter
from quietude.model.viewer import Viewer
from quietude.portal.alarms import arrivals
from quietude.portal.alarms.models import Alarm, Arrival, GroupMemory, Memory
from quietude.portal.alarms.watching import Watch
from quietude.portal.flows import filing
from quietude.portal.flows.models import Delivery
from quietude.portal.town import current_ledger
from quietude.store.api import Store

__all__ = ["send"]
pytestmark = pytest.mark.django_db
PLACES = ((5.38, 43.29), (5.42, 43.29), (5.38, 43.31), (5.42, 43.31))


def alarms() -> list[tuple[object, ...]]:
    """Return what alarms there are, without the moments at which the software noticed them."""
    columns = ("key", "rule", "group", "began_at", "ended_at", "facts", "evidence", "is_active")
    return [
        tuple(row)
        for row in Alarm.objects.filter(withdrawn_at=None).order_by("group", "began_at").values_list(*columns)
    ]


def made(now: datetime, chance: random.Random) -> list[dict[str, object]]:
    """Return records of the last fifty minutes: some places ring, some do not, one is corrected."""
    records = []
    for number in range(40):
        lon, lat = PLACES[min(3, int(chance.expovariate(1.2)))]
        at = now - timedelta(seconds=chance.randrange(3_000))
        records.append(record(f"r{number}", at, lon=lon, lat=lat))
    return records


def test_a_writing_whose_end_could_not_be_noted_is_judged_without_a_restart() -> None:
    now = timezone.now()
    for at in (now, now - 2 * arrivals.FORGOTTEN_AFTER, now + 2 * arrivals.FORGOTTEN_AFTER):
        Arrival.objects.create(source="logbook", received_at=at)
    assert arrivals.settle_forgotten(now) == 2
    assert list(Arrival.objects.filter(is_settled=False).values_list("received_at", flat=True)) == [now], "at work"


@pytest.mark.parametrize("seed", range(4))
def test_shuffled_and_restarted_the_alarms_are_the_same(empty_store: Store, send: Send, seed: int) -> None:
    now = timezone.now()
    records = made(now, random.Random(7))
    once = Watch()
    once.once(now)
    assert send(records).status_code == 200
    filing.file_waiting()
    once.once(now)
    whole = [row[1:] for row in alarms()]
    assert len(whole) >= 2
    _forget_all(empty_store)
    chance = random.Random(seed)
    chance.shuffle(records)
    watch = Watch()
    watch.once(now)
    for begin in range(0, len(records), 5):
        assert send(records[begin : begin + 5]).status_code == 200
        filing.file_waiting()
        if chance.random() < 0.5:
            watch = Watch()  # the process was killed, what it kept is all there is
        watch.once(now)
    assert [row[1:] for row in alarms()] == whole


def _forget_all(store: Store) -> None:
    """Empty the portal of facts and alarms, as if nothing had come yet."""
    for model in (Alarm, Arrival, GroupMemory, Memory, Delivery):
        model.objects.all().delete()
    for report in {report.id for report in current_ledger().reports(source="logbook")}:
        current_ledger().delete_reports([report])

    rows = store.query(Viewer.system("test"), Filter(), columns=("source", "received_at"))
    for source, received in {(row["source"], row["received_at"]) for row in rows.to_pylist()}:
        store.take_back(source, received)
    filing._flows.clear()


def test_a_judge_that_starts_anew_knows_a_windows_facts_again(empty_store: Store, send: Send) -> None:
    now = timezone.now()
    for number in range(3):
        assert send([record(f"r{number}", now - timedelta(minutes=number))]).status_code == 200
        filing.file_waiting()
        Watch().once(now)
    assert Alarm.objects.get().facts == 3
    Watch().once(now + timedelta(hours=3))
    assert not Alarm.objects.get().is_active
