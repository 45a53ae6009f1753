"""Past facts played as if live: marked, apart, on a clock of their own, and gone when they are cleared."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from django.utils import timezone
from tests.portal.conftest import NOW, SignIn
from tests.portal.flows.conftest import Send, send, several
from tests.portal.made_up import Recipe, facts

from quietude.alarms.api import Compiled, Rule
from quietude.model.event import Reality
from quietude.model.filter.question import Choice, Filter
from quietude.model.viewer import Viewer
from quietude.portal.accounts.roles import Role
from quietude.portal.alarm_editions.standing import current_ground
from quietude.portal.alarms import exercises
from quietude.portal.alarms.judging import Judge
from quietude.portal.alarms.models import Alarm, Exercise, World
from quietude.portal.alarms.reels import reels_of
from quietude.portal.alarms.watching import Watch
from quietude.portal.flows import filing
from quietude.portal.problem import PortalError
from quietude.portal.town import current_town
from quietude.store.api import Store

__all__ = ["send"]
pytestmark = pytest.mark.django_db
READER = Viewer.system("test")
DAY = timedelta(days=1)
UNREAL = Filter(realities=Choice(any_of=("exercise",)))


@pytest.fixture
def past(empty_store: Store) -> Store:
    """Return a store with real facts of three days, each in one of four quarters."""
    empty_store.append(facts(current_town().territory, Recipe(until=NOW, days=3, per_day=40)))
    return empty_store


def source_of(store: Store) -> str:
    return str(store.query(READER, Filter(), columns=("source",), limit=1)["source"][0].as_py())


def play(store: Store, *, speed: float = 100_000.0) -> Exercise:
    local = NOW.astimezone(ZoneInfo("Europe/Paris"))  # as it is said on the command line
    begun = exercises.begin(["logbook"], local - DAY, local, speed=speed, now=datetime.now(UTC))
    exercises.play(begun, lambda _said: None, wait=lambda _seconds: None)
    begun.refresh_from_db()
    return begun


def test_facts_are_played_marked_later_and_in_their_order(past: Store) -> None:
    assert source_of(past) == "logbook"
    before = datetime.now(UTC)
    played = play(past)
    real = pl.DataFrame(past.query(READER, Filter(since=NOW - DAY, until=NOW), order_by=("occurred_from",)))
    unreal = pl.DataFrame(past.query(READER, UNREAL, order_by=("occurred_from",)))
    assert unreal.height == real.height == played.facts > 10
    assert set(unreal["reality"]) == {Reality.EXERCISE.value}
    assert set(unreal["uid"]).isdisjoint(real["uid"])
    later = (unreal["occurred_from"] - real["occurred_from"]).unique().to_list()
    assert later == [played.later_by]
    assert all(at <= datetime.now(UTC) + timedelta(seconds=2) for at in unreal["occurred_from"].to_list())
    assert all(day <= (before + timedelta(days=8)).date() for day in unreal["retain_until"].to_list())
    local = unreal["occurred_from"].dt.convert_time_zone(past.timezone)
    assert unreal["day"].to_list() == local.dt.date().to_list()
    assert played.ended_at is not None


def test_the_clock_of_an_exercise_runs_faster_and_ends_at_the_present() -> None:
    now = timezone.now()
    begun = exercises.begin(["logbook"], NOW - DAY, NOW, speed=60.0, now=now)
    assert exercises.clock(now) == now + DAY / 60 - DAY
    assert exercises.clock(now + timedelta(minutes=1)) == now + DAY / 60 - DAY + timedelta(hours=1)
    assert exercises.clock(now + DAY / 60) == now + DAY / 60
    exercises.end(begun, now)
    assert exercises.clock(now) == now


def test_its_alarms_are_marked_and_no_real_one_rings(empty_store: Store, send: Send, sign_in: SignIn) -> None:
    watch, then = Watch(), timezone.now() - 3 * DAY
    watch.once(timezone.now())
    send(several(3, then))
    filing.file_waiting()
    watch.once(timezone.now())
    assert not Alarm.objects.exists(), "three days ago nobody is called"
    begun = exercises.begin(["logbook"], then - DAY, then + timedelta(minutes=10), speed=1e6, now=timezone.now())
    assert exercises.play(begun, lambda _said: None, wait=lambda _seconds: None) == 3
    watch.once(timezone.now())
    alarm = Alarm.objects.get()
    assert (alarm.world, alarm.facts) == (World.EXERCISE, 3)
    assert abs(alarm.began_at - (then + begun.later_by)) < timedelta(seconds=1)
    assert "exercice" in sign_in(Role.AGENT).get(f"/alarms/{alarm.key}/").content.decode()


@pytest.mark.parametrize("is_broken_off", [False, True], ids=["played-out", "broken-off"])
def test_that_an_exercise_is_over_rings_for_nobody(past: Store, is_broken_off: bool) -> None:
    content = {
        "title": {"fr": "Silence", "en": "Silence"}, "severity": 3, "by": "source",
        "when": {"silence": {"lasts": "PT1H"}},
    }  # fmt: skip
    rule = Compiled.of(Rule.model_validate(content).bind(name="quiet", path=Path()), current_ground(), NOW.date())
    now = timezone.now()
    if is_broken_off:
        half = exercises.begin(["logbook"], NOW - DAY, NOW, speed=1.0, now=now - DAY / 2)
        assert exercises.play(half, lambda _said: None, wait=lambda _seconds: exercises.end(half, now)) > 5
    else:
        play(past, speed=1e6)
    Judge.of(World.EXERCISE, (rule,), now).judge(now)
    alarms = list(Alarm.objects.filter(rule="quiet").values_list("is_active", flat=True))
    assert not any(alarms), "what was silent while it was played is over"
    for hours in (2, 9):
        later = now + timedelta(hours=hours)
        Judge.of(World.EXERCISE, (rule,), later).judge(later)
    assert list(Alarm.objects.filter(rule="quiet").values_list("is_active", flat=True)) == alarms
    exercises.clear(timezone.now())
    assert exercises.played_until() is None


def test_values_are_played_in_series_of_their_own_and_their_alarm_is_marked(
    empty_store: Store, send: Send, sign_in: SignIn
) -> None:
    watch, then = Watch(), timezone.now() - 3 * DAY
    levels = [55.0, 75.0, 72.0, 60.0]
    said = [
        {"at": (then - timedelta(minutes=9 - 2 * number)).isoformat(), "sensor": "a", "laeq": level}
        for number, level in enumerate(levels)
    ]
    send(said, address="/api/v1/sources/meters/records")
    filing.file_waiting()
    watch.once(timezone.now())
    real = empty_store.series(READER).to_pylist()
    begun = exercises.begin(["meters"], then - DAY, then, speed=1e6, now=timezone.now())
    assert exercises.play(begun, lambda _said: None, wait=lambda _seconds: None) == len(levels)
    watch.once(timezone.now())
    alarm = Alarm.objects.get()
    played = f"{begun.mark}:meters/a/laeq"
    assert (alarm.world, alarm.evidence, alarm.is_active) == (World.EXERCISE, [played], False)
    after = {row["series"]: row for row in empty_store.series(READER).to_pylist()}
    assert [after[row["series"]] for row in real] == real, "the real series is as it was"
    assert (after[played]["count"], after[played]["reality"]) == (len(levels), "exercise")
    reader = sign_in(Role.ANALYST)
    page = reader.get(f"/alarms/{alarm.key}/").content.decode()
    assert "exercice" in page
    assert begun.mark not in page
    series = "/sources/meters/series/"
    assert f"{series}a/laeq/?exercise={begun.mark}" in reader.get(series).content.decode()
    assert begun.mark in reader.get(f"{series}a/laeq/?exercise={begun.mark}").content.decode()
    assert "notice--fictional" not in reader.get(f"{series}a/laeq/").content.decode()
    assert exercises.clear(timezone.now()) == len(levels)
    assert empty_store.series(READER).to_pylist() == real
    assert empty_store.downsampled(
        READER, [played], since=then, until=timezone.now(), points=10
    ).rows.num_rows == 0  # fmt: skip


def test_every_page_says_that_an_exercise_is_under_way(past: Store, sign_in: SignIn) -> None:
    exercises.begin(["logbook"], NOW - DAY, NOW, speed=60.0, now=timezone.now())
    shown = sign_in(Role.AGENT).get("/rules/").content.decode()
    assert "Exercice en cours : les faits de « Main courante »" in shown
    assert "60 fois" in shown


def test_a_cleared_exercise_leaves_no_fact_and_no_alarm_that_stands(past: Store) -> None:
    play(past)
    Watch().once(timezone.now())
    gone = exercises.clear(timezone.now())
    assert gone > 10
    assert past.query(READER, UNREAL, columns=("id",)).num_rows == 0
    assert not Alarm.objects.filter(world=World.EXERCISE, is_active=True).exists()
    assert exercises.clear(timezone.now()) == 0
    assert past.query(READER, Filter(since=NOW - DAY, until=NOW), columns=("id",)).num_rows > 10


def test_a_judge_that_is_overtaken_goes_on_by_the_same_clock(empty_store: Store, send: Send) -> None:
    watch, now = Watch(), timezone.now()
    send(several(3, now - 30 * DAY, prefix="old"))
    send(several(3, now - 2 * DAY, prefix="played"))
    filing.file_waiting()
    watch.once(now)
    begun = exercises.begin(["logbook"], now - 3 * DAY, now - DAY, speed=3_600, now=now)  # the judge is overtaken by it
    played, _numbers = reels_of(begun)
    exercises.file_due(begun, played, played.rows)
    watch.once(now + timedelta(seconds=24.5))  # half an hour after they are played
    assert Alarm.objects.count() == 1
    assert abs(Alarm.objects.get().began_at - now + DAY) < timedelta(minutes=2)
    assert exercises.clock(now - DAY) == exercises.clock(now), "its clock does not begin before it does"


def test_an_exercise_is_ended_from_elsewhere(past: Store) -> None:
    begun = exercises.begin(["logbook"], NOW - DAY, NOW, speed=60.0, now=timezone.now())
    steps: list[float] = []

    def wait(seconds: float) -> None:
        steps.append(seconds)
        exercises.end_all(datetime.now(UTC))

    exercises.play(begun, lambda _said: None, wait=wait)
    assert len(steps) == 1, "24 minutes were left to be played"


def test_an_exercise_that_nobody_clears_leaves_after_a_week(past: Store) -> None:
    played = play(past)
    assert played.ended_at is not None
    week = exercises.KEPT
    now = played.ended_at + week
    assert exercises.clear(now, ended_before=now - week - timedelta(seconds=1)) == 0
    assert exercises.clear(now, ended_before=now - week) == played.facts


def test_one_exercise_at_a_time_and_what_makes_no_sense_is_refused(past: Store) -> None:
    now = timezone.now()
    exercises.begin(["logbook"], NOW - DAY, NOW, speed=60.0, now=now)
    with pytest.raises(PortalError, match="under way"):
        exercises.begin(["logbook"], NOW - DAY, NOW, speed=60.0, now=now)
    killed = now + DAY / 60 + timedelta(minutes=6)
    exercises.begin(["logbook"], NOW - DAY, NOW, speed=60.0, now=killed)
    Exercise.objects.update(ended_at=now)
    for sources, since, speed in (
        (["nothing"], NOW - DAY, 1.0), ([], NOW - DAY, 1.0), (["logbook"], NOW, 1.0), (["logbook"], NOW - DAY, 0.0),
    ):  # fmt: skip
        with pytest.raises(PortalError):
            exercises.begin(sources, since, NOW, speed=speed, now=now)
