"""From facts to alarms that are kept: each once, whatever is killed, comes late or is corrected."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.utils import timezone
from tests.portal.alarms.conftest import Ring
from tests.portal.flows.conftest import Send, record, several

from quietude.alarms.api import RuleFiles
from quietude.ingest.api import ImportReport, Outcome
from quietude.model.event import Reality
from quietude.portal.alarms import arrivals, judging, watching
from quietude.portal.alarms.models import Alarm, AlarmStep, Arrival, GroupMemory, Memory, World
from quietude.portal.alarms.pulse import stamp
from quietude.portal.alarms.watching import LEASE, Lease, Watch, follow_imports
from quietude.portal.flows import filing
from quietude.portal.town import current_ledger
from quietude.store.api import Store

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def steps(alarm: Alarm) -> list[str]:
    return [step.what for step in alarm.steps.all()]


def test_three_facts_in_one_quarter_ring_once_and_name_them(ring: Ring) -> None:
    now = timezone.now()
    ring(now)
    alarm = Alarm.objects.get()
    assert (alarm.rule, alarm.group, alarm.world, alarm.severity, alarm.facts) == (
        "noise_in_a_quarter", "port", World.REAL, 3, 3,
    )  # fmt: skip
    assert (alarm.is_active, alarm.is_acknowledged, len(alarm.evidence)) == (True, False, 3)
    assert all(name[6] == "-" for name in alarm.evidence), "public names"
    assert steps(alarm) == ["raised"]
    assert not Arrival.objects.exists()


def test_more_facts_are_of_the_same_alarm_and_the_clock_ends_it(ring: Ring) -> None:
    now = timezone.now()
    ring(now - HOUR, count=2, prefix="a")
    assert not Alarm.objects.exists()
    watch = ring(now, count=2, prefix="b")
    before = stamp()
    assert Alarm.objects.get().facts == 4
    watch.once(now + 3 * HOUR)
    alarm = Alarm.objects.get()
    assert (alarm.is_active, alarm.ended_at is not None, steps(alarm)) == (False, True, ["raised", "cleared"])
    assert stamp() != before


def test_a_judge_that_starts_anew_goes_on_from_what_is_kept(ring: Ring, send: Send) -> None:
    now = timezone.now()
    ring(now, count=2, prefix="a")
    assert GroupMemory.objects.get().name == "port"
    send(several(1, now, prefix="b"))
    filing.file_waiting()
    Watch().once(now)
    assert Alarm.objects.get().facts == 3
    Watch().once(now + HOUR)
    assert (Alarm.objects.count(), AlarmStep.objects.count()) == (1, 1)


def test_what_was_not_kept_is_judged_again_to_the_same_alarm(
    ring: Ring, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = timezone.now()
    watch = ring(now, count=2, prefix="a")
    send(several(2, now, prefix="b"))
    filing.file_waiting()

    def fails(*_args: object) -> int:
        raise DatabaseError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(judging, "keep_changes", fails)
        with pytest.raises(DatabaseError):
            watch.once(now)
    assert not Alarm.objects.exists()
    assert Arrival.objects.count() == 1, "still to be judged"
    watch.once(now)
    assert Alarm.objects.get().facts == 4


def test_two_judges_at_once_ring_once(ring: Ring, send: Send) -> None:
    now = timezone.now()
    first = ring(now, count=2, prefix="a")
    second = Watch()
    second.once(now)
    send(several(2, now, prefix="b"))
    filing.file_waiting()
    (arrival,) = Arrival.objects.all()
    assert second.once(now) == 1
    arrival.save(force_insert=True)  # as the first saw it: both have read what waits before either has judged
    first.once(now)
    alarm = Alarm.objects.get()
    assert (alarm.facts, steps(alarm)) == (4, ["raised"])
    assert Memory.objects.get(world=World.REAL).changes == 1


def test_one_of_several_processes_judges_until_it_stops(db: None) -> None:
    now = timezone.now()
    one, other = Lease("one"), Lease("other")
    assert one.holds(now)
    assert not other.holds(now)
    assert one.holds(now + LEASE * 0.9)
    assert not other.holds(now + LEASE), "it said so again"
    assert other.holds(now + LEASE * 2), "it was killed"
    assert not one.holds(now + LEASE * 2)
    other.give_back()
    assert one.holds(now + LEASE * 2)


def test_imports_of_another_process_are_judged_once_when_they_end(empty_store: Store) -> None:
    now, ledger = timezone.now(), current_ledger()
    follow_imports()  # what was imported before anybody judged is no news

    def begun(number: int) -> ImportReport:
        at = now + timedelta(seconds=number)
        report = ImportReport(source="logbook", town="valcombe", started_at=at, filed=1)
        report.id = ledger.begin(report)
        return report

    reports = [begun(number) for number in range(60)]
    follow_imports()
    assert not Arrival.objects.exists(), "they still run"
    for report in reports:
        report.outcome = Outcome.DONE
        ledger.keep(report)
    follow_imports()
    follow_imports()
    assert [each.received_at for each in Arrival.objects.all()] == [each.started_at for each in reports]


def test_a_late_fact_is_judged_at_its_own_moment(ring: Ring) -> None:
    now = timezone.now()
    ring(now, count=2, prefix="a")
    ring(now, count=1, prefix="late")
    assert Alarm.objects.count() == 1
    ring(now - timedelta(days=2), count=3, prefix="old")
    assert Alarm.objects.count() == 1, "beyond the rule's lateness nothing rings"


def test_a_corrected_fact_takes_its_alarm_with_it(ring: Ring, send: Send) -> None:
    now = timezone.now()
    watch = ring(now)
    send([record("r0", now, lat=43.31)])  # it was in another quarter
    filing.file_waiting()
    watch.once(now)
    alarm = Alarm.objects.get()
    assert alarm.withdrawn_at is not None
    assert steps(alarm) == ["raised", "withdrawn"]


def test_a_new_rule_looks_back_and_what_is_over_calls_for_nobody(ring: Ring, send: Send) -> None:
    now = timezone.now()
    send([*several(3, now - timedelta(minutes=170), prefix="over"), *several(3, now, prefix="on")])
    filing.file_waiting()
    Arrival.objects.all().delete()  # as if they were filed before there was any rule
    Watch().once(now)
    assert {(alarm.is_active, alarm.is_acknowledged) for alarm in Alarm.objects.all()} == {(True, False)}


def test_alarms_of_a_rule_that_is_no_more_end(ring: Ring, monkeypatch: pytest.MonkeyPatch) -> None:
    now = timezone.now()
    watch = ring(now)
    monkeypatch.setattr(watching, "current_files", lambda: RuleFiles((), {}))
    watch.once(now)
    alarm = Alarm.objects.get()
    assert (alarm.is_active, alarm.is_in_service, steps(alarm)) == (False, False, ["raised", "retired"])
    assert not GroupMemory.objects.exists()


def test_an_exercise_rings_apart_and_is_marked(ring: Ring, send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    now = timezone.now()
    watch = ring(now, count=2, prefix="real")
    flow = filing._flows["logbook"]
    defaults = flow.manifest.defaults.model_copy(update={"reality": Reality.EXERCISE})
    exercise = flow.manifest.model_copy(update={"defaults": defaults})
    exercise.bind(name="logbook", path=flow.manifest.path, marks=flow.manifest.marks)
    monkeypatch.setattr(flow, "manifest", exercise)
    monkeypatch.setattr(filing, "_flow", lambda _manifest: flow)
    flow._plan = None
    send(several(2, now, prefix="unreal"))
    filing.file_waiting()
    watch.once(now)
    assert not Alarm.objects.exists(), "two real and two of an exercise are no four"
    send(several(1, now, prefix="more"))
    filing.file_waiting()
    watch.once(now)
    alarm = Alarm.objects.get()
    assert (alarm.world, alarm.key[0], alarm.facts) == (World.EXERCISE, "x", 3)


def test_a_writing_that_was_killed_is_judged_all_the_same(empty_store: Store, send: Send) -> None:
    now = timezone.now()
    watch = Watch()
    watch.once(now)
    send(several(3, now))
    filing.file_waiting()
    Arrival.objects.update(is_settled=False)  # killed right after the facts were durable
    watch.once(now)
    assert not Alarm.objects.exists()
    assert arrivals.settle_left_behind() == 1
    watch.once(now)
    assert Alarm.objects.count() == 1


def test_a_writer_that_was_taken_for_dead_has_its_facts_judged_when_it_ends(empty_store: Store) -> None:
    now = timezone.now()
    with arrivals.arriving("logbook", now):
        arrivals.settle_left_behind()
        Arrival.objects.all().delete()  # judged too early, by another process
    assert Arrival.objects.get().is_settled
