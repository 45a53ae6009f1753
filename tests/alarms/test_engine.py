"""The engine on streams in any order, with restarts, corrections and several workers."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.alarms.conftest import NOON, MakeRule, Said, frame

from quietude.alarms.compiled import Compiled
from quietude.alarms.departure import Normal
from quietude.alarms.engine import Engine, episodes, rules_of, standing_after
from quietude.alarms.episode import Change, Episode, Happened
from quietude.alarms.window import micros_at, moment_at

ZONE = "Europe/Paris"
LATE_MIN = 60
LAST_MIN = 400
SCHOOL = {"places": "schools", "radius_m": 120}
STEPS = [
    {"after": "PT20M", "severity": 3}, {"at_least": 4, "severity": 4},
    {"at_least": 3, "within": "PT10M", "severity": 5},
]  # fmt: skip
BUSY = [0.4] * 168
NORMAL = Normal(since=0, weeks=10, dispersion=1.3, rates={"port": [*BUSY[:112], 2.5, *BUSY[113:]], "halles": BUSY})
RULES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "one": ({"match": {"scope": "category:noise", "holds": "PT10M"}}, {"by": "zone:quarter"}),
    "three": ({"count": {"at_least": 3, "within": "PT30M"}}, {"by": "zone:quarter"}),
    "town": ({"count": {"at_least": 4, "within": "PT20M"}}, {"severity": 5}),
    "pair": (
        {"sequence": {"first": "category:noise", "then": "category:violence", "within": "PT20M", "holds": "PT5M"}},
        {"by": "zone:quarter"},
    ),
    "quiet": ({"silence": {"lasts": "PT45M"}}, {"by": "source"}),
    "both": (
        {"all": [{"count": {"at_least": 2, "within": "PT15M"}}, {"not": {"match": {"scope": "category:violence"}}}]},
        {"by": "zone:quarter"},
    ),
    "lasting": ({"match": {"holds": "PT12M"}, "lasting": "PT15M"}, {}),
    "evening": (
        {"any": [{"match": {"holds": "PT10M"}}, {"count": {"at_least": 2, "within": "PT1H"}}]},
        {"calendar": {"hours": "16-18"}},
    ),
    "near": ({"count": {"at_least": 3, "within": "PT40M"}}, {"by": "radius:150"}),
    "near_pair": (
        {
            "any": [
                {"sequence": {"first": "category:noise", "then": "category:violence", "within": "PT30M"}},
                {"count": {"scope": "category:parking", "at_least": 2, "within": "PT15M"}, "lasting": "PT5M"},
            ]
        },
        {"by": "radius:100", "severity_steps": STEPS, "calendar": {"hours": "15-18"}},
    ),
    "school": ({"count": {"at_least": 2, "within": "PT1H"}}, {"by": "place", "inside": SCHOOL}),
    "entering": ({"entering": {"within": "PT1H"}}, {"by": "object:vehicle", "inside": SCHOOL}),
    "unusual": ({"departure": {"window": "PT1H", "above": 0.95, "at_least": 2}}, {"by": "zone:quarter"}),
    "graver": ({"match": {"holds": "PT15M"}}, {"by": "zone:quarter", "severity": 2, "severity_steps": STEPS}),
    "second": ({"match": {"holds": "PT8M"}}, {"by": "source", "candidate": {"until": 3, "within": "PT90M"}}),
}


@pytest.fixture(scope="session")
def rules(make: MakeRule) -> tuple[Compiled, ...]:
    made = [make(when, name, lateness=f"PT{LATE_MIN}M", **others) for name, (when, others) in RULES.items()]
    return tuple(each.with_normals([NORMAL]) if each.rule.name == "unusual" else each for each in made)


facts_of_an_afternoon = st.lists(
    st.builds(
        lambda minute, category, zone, source, **where: {
            "minute": minute,
            "category": category,
            "zone": zone,
            "source": source,
            **where,
        },
        st.integers(0, 300),
        st.sampled_from(["noise.party", "violence.fight", "parking.illegal"]),
        st.sampled_from(["port", "halles", None]),
        st.sampled_from(["patrols", "desk"]),
        east_m=st.sampled_from([0.0, 60.0, 110.0, 150.0, 220.0, 1_000.0, None]),
        mover=st.sampled_from(["van", "car", None]),
    ),
    max_size=25,
).map(lambda rows: [Said(f"f{n:03}", **row) for n, row in enumerate(rows)])


def at(minute: float) -> datetime:
    return NOON + timedelta(minutes=minute)


def all_at_once(rules: tuple[Compiled, ...], facts: list[Said]) -> tuple[Episode, ...]:
    return tuple(
        sorted(
            (episode for each in rules for episode in episodes(each, frame(facts), ZONE, at(LAST_MIN))),
            key=lambda episode: (episode.rule, episode.group, episode.began),
        )
    )


def stream(facts: list[Said], delays: list[int]) -> list[tuple[int, list[Said]]]:
    """Return facts by the minute at which they arrive."""
    arrivals: dict[int, list[Said]] = {}
    for fact, delay in zip(facts, delays, strict=False):
        arrivals.setdefault(int(fact.minute) + delay, []).append(fact)
    return sorted(arrivals.items())


@settings(max_examples=150, deadline=None)
@given(facts_of_an_afternoon, st.data())
def test_any_order_within_the_lateness_gives_the_same_alarms(
    rules: tuple[Compiled, ...], facts: list[Said], data: st.DataObject
) -> None:
    delays = data.draw(st.lists(st.integers(0, LATE_MIN), min_size=len(facts), max_size=len(facts)))
    restarts = data.draw(st.sets(st.integers(0, LAST_MIN), max_size=4))
    clock = data.draw(st.sets(st.integers(0, LAST_MIN - 1), max_size=8))
    workers = [Engine(rules_of(rules, part, 2), ZONE) for part in range(2)]
    changes: list[Change] = []
    coming = dict(stream(facts, delays))
    for minute in sorted({*coming, *clock, *restarts, LAST_MIN}):
        if minute in restarts:
            workers = [resumed(engine) for engine in workers]
        for engine in workers:
            changes += engine.take(frame(coming.get(minute, [])), at(minute))
    assert standing_after(changes) == all_at_once(rules, facts)
    assert sum(engine.late for engine in workers) == 0


@settings(max_examples=100, deadline=None)
@given(facts_of_an_afternoon, st.data())
def test_an_engine_that_resumes_from_parts_and_the_store_goes_on_to_the_same_alarms(
    rules: tuple[Compiled, ...], facts: list[Said], data: st.DataObject
) -> None:
    delays = data.draw(st.lists(st.integers(0, LATE_MIN), min_size=len(facts), max_size=len(facts)))
    restarts = data.draw(st.sets(st.integers(0, LAST_MIN), max_size=5))
    coming = dict(stream(facts, delays))
    seldom = data.draw(st.sampled_from([0, 20, 60])) * 60_000_000
    engine, changes = Engine(rules, ZONE, now=micros_at(at(0)), kept_for_us=seldom), list[Change]()
    kept, stored = dict[tuple[str, str], str](), list[pl.DataFrame]()
    for minute in sorted({*coming, *restarts, LAST_MIN}):
        if minute in restarts:
            engine = from_parts(engine, kept, stored)
        came = frame(coming.get(minute, []))
        changes += engine.take(came, at(minute))
        stored.append(came.with_columns(received_at=pl.lit(at(minute)).cast(came["received_at"].dtype)))
        for key, state in engine.moved().items():
            kept.pop(key, None)
            kept |= {key: state} if state is not None else {}
    assert standing_after(changes) == all_at_once(rules, facts)


def from_parts(engine: Engine, kept: dict[tuple[str, str], str], stored: list[pl.DataFrame]) -> Engine:
    """Return an engine that goes on from what a portal keeps: groups without facts, which the store has."""
    fresh = Engine(engine.rules, engine.timezone, kept_for_us=engine.kept_for_us)
    fresh.resume_parts(engine.head(), kept)
    facts = pl.concat([frame([]), *stored])
    for each in fresh.rules:
        since = moment_at(fresh.facts_since(each))
        fresh.recall(facts.filter(pl.col("occurred_from") >= since))
    return fresh


def resumed(engine: Engine) -> Engine:
    """Return an engine that was killed and goes on from what was kept."""
    fresh = Engine(engine.rules, engine.timezone)
    fresh.resume(engine.state())
    return fresh


@settings(max_examples=60, deadline=None)
@given(facts_of_an_afternoon, st.data())
def test_a_fact_that_comes_twice_or_is_corrected_in_time_counts_as_it_is_last(
    rules: tuple[Compiled, ...], facts: list[Said], data: st.DataObject
) -> None:
    moved = [
        Said(fact.key, data.draw(st.integers(0, 300)), "noise.party", "halles", fact.source, version=2, east_m=90.0)
        for fact in facts[::3]
    ]
    last = {fact.key: fact for fact in (*facts, *moved)}
    engine = Engine(tuple(made_late(each) for each in rules), ZONE)
    changes: list[Change] = []
    for minute, batch in zip(
        (0, 100, 200, 300, LAST_MIN), data.draw(st.permutations([facts, facts, moved, moved])), strict=False
    ):
        changes += engine.take(frame(batch), at(minute))
        engine = resumed(engine)
    changes += engine.advance(at(LAST_MIN))
    assert standing_after(changes) == all_at_once(rules, list(last.values()))


def made_late(each: Compiled) -> Compiled:
    """Return a rule that takes facts of the whole afternoon."""
    rule = each.rule.model_copy(update={"lateness": "PT12H"}).bind(name=each.rule.name, path=each.rule.path)
    return replace(each, rule=rule)


def test_an_alarm_keeps_its_name_when_a_late_fact_makes_it_begin_earlier(make: MakeRule) -> None:
    engine = Engine((make({"count": {"at_least": 2, "within": "PT30M"}}, by="zone:quarter"),), ZONE)
    raised = engine.take(frame([Said("a", 10), Said("b", 20)]), at(21))
    assert [change.happened for change in raised] == [Happened.RAISED]
    changed = engine.take(frame([Said("late", 5)]), at(22))
    assert [(change.happened, change.alarm.id) for change in changed] == [(Happened.CHANGED, raised[0].alarm.id)]
    assert changed[0].alarm.episode.began == micros_at(at(10))
    assert changed[0].alarm.episode.evidence == ("late", "a", "b")
    cleared = engine.advance(at(60))
    assert [(change.happened, change.alarm.id) for change in cleared] == [(Happened.CLEARED, raised[0].alarm.id)]
    assert cleared[0].alarm.episode.ended == micros_at(at(40))


def test_two_alarms_that_a_late_fact_joins_become_the_first(make: MakeRule) -> None:
    engine = Engine((make({"match": {"holds": "PT10M"}}),), ZONE)
    first, _cleared = engine.take(frame([Said("a", 0)]), at(11))
    (second,) = engine.take(frame([Said("b", 15)]), at(16))
    joined = engine.take(frame([Said("late", 8)]), at(17))
    assert [(change.happened, change.alarm.id, change.into) for change in joined] == [
        (Happened.RETURNED, first.alarm.id, None),
        (Happened.WITHDRAWN, second.alarm.id, first.alarm.id),
    ]


def test_a_fact_of_the_future_waits_and_moves_nothing(make: MakeRule) -> None:
    engine = Engine((make({"match": {"holds": "PT10M"}}),), ZONE)
    assert engine.take(frame([Said("2099", 60 * 24 * 365 * 70)]), at(0)) == ()
    assert [change.happened for change in engine.take(frame([Said("now", 1)]), at(1))] == [Happened.RAISED]
    assert engine.late == 0


def test_a_fact_past_the_lateness_is_counted_and_rings_nothing(make: MakeRule) -> None:
    engine = Engine((make({"match": {}}, lateness="PT1H"),), ZONE)
    assert engine.take(frame([Said("old", 0)]), at(61)) == ()
    assert engine.late == 1


def test_a_clock_that_goes_back_is_not_followed(make: MakeRule) -> None:
    engine = Engine((make({"match": {"holds": "PT10M"}}),), ZONE)
    engine.take(frame([Said("a", 0)]), at(5))
    assert engine.advance(at(-300)) == ()
    assert [change.happened for change in engine.advance(at(10))] == [Happened.CLEARED]


def test_a_fact_that_turns_out_to_be_of_some_hour_of_the_day_is_withdrawn(make: MakeRule) -> None:
    engine = Engine((make({"match": {}}),), ZONE)
    (raised,) = engine.take(frame([Said("a", 0)]), at(1))
    (withdrawn,) = engine.take(frame([Said("a", 0, precision="day", version=2)]), at(2))
    assert (withdrawn.happened, withdrawn.alarm.id) == (Happened.WITHDRAWN, raised.alarm.id)
    assert engine.take(frame([Said("a", 0)]), at(3)) == (), "the version before comes once more"


def test_a_day_without_an_hour_rings_nothing(make: MakeRule) -> None:
    engine = Engine((make({"match": {}}),), ZONE)
    assert engine.take(frame([Said("some day", 0, precision="day")]), at(1)) == ()


def test_silence_rings_by_the_clock_and_ends_with_a_fact(make: MakeRule) -> None:
    engine = Engine((make({"silence": {"lasts": "PT45M"}}, by="source"),), ZONE)
    engine.take(frame([Said("a", 0)]), at(0))
    assert engine.advance(at(44)) == ()
    (raised,) = engine.advance(at(45))
    assert (raised.happened, raised.alarm.episode.group) == (Happened.RAISED, "patrols")
    (cleared,) = engine.take(frame([Said("b", 300)]), at(300))
    assert (cleared.happened, cleared.alarm.id) == (Happened.CLEARED, raised.alarm.id)


def test_what_is_played_is_silent_no_longer_than_it_is_played(make: MakeRule) -> None:
    rule = make({"silence": {"lasts": "PT45M"}}, by="source").playing(at(100))
    engine = Engine((rule,), ZONE)
    engine.take(frame([Said("a", 0)]), at(0))
    (raised,) = engine.advance(at(50))
    (cleared,) = engine.advance(at(100))
    assert (raised.happened, cleared.happened) == (Happened.RAISED, Happened.CLEARED)
    assert cleared.alarm.episode.ended == micros_at(at(100))
    ended = Engine((rule,), ZONE)
    ended.take(frame([Said("a", 60)]), at(60))
    assert ended.advance(at(500)) == (), "45 minutes after its last fact it was over"
    assert ended.take(frame([Said("late", 600)]), at(600)) == ()
    (again,) = ended.advance(at(645))
    assert again.happened == Happened.RAISED, "what goes on coming is waited for"


def test_what_is_settled_is_forgotten(make: MakeRule) -> None:
    engine = Engine((make({"count": {"at_least": 2, "within": "PT30M"}}, by="zone:quarter", lateness="PT1H"),), ZONE)
    for minute in range(0, 6000, 10):
        engine.take(frame([Said(f"f{minute}", minute)]), at(minute))
    kept = sum(len(leaf) for group in engine.groups.values() for leaf in group.leaves)
    assert kept <= 10
    (alarm,) = engine.standing()
    assert alarm.episode.facts == 600
    assert alarm.episode.evidence[:2] == ("f0", "f10")
    engine.advance(at(7000))
    assert engine.groups == {}


def test_a_night_of_the_calendar_goes_past_midnight(make: MakeRule) -> None:
    night = make({"match": {"holds": "PT10M"}}, calendar={"days": ["fri"], "hours": "22-6"})
    facts = [Said("before", 7 * 60 + 55), Said("night", 13 * 60), Said("morning", 16 * 60)]  # 21:55, 3 h, 6 h in town
    found = episodes(night, frame(facts), ZONE, at(24 * 60))
    assert [(episode.began - micros_at(NOON)) // 60_000_000 for episode in found] == [8 * 60, 13 * 60]


def test_a_rule_of_every_fact_takes_every_row(make: MakeRule) -> None:
    engine = Engine((make({"count": {"at_least": 3, "within": "PT1H"}}),), ZONE)
    (raised,) = engine.take(frame([Said("a", 0), Said("b", 1), Said("c", 2)]), at(2))
    assert raised.alarm.episode.evidence == ("a", "b", "c")


def test_no_column_of_a_zone_is_needed_for_a_rule_of_the_town(make: MakeRule) -> None:
    bare = frame([Said("a", 0)]).select(pl.exclude("zone_quarter", "zone_district"))
    engine = Engine((make({"match": {}}),), ZONE)
    assert [change.happened for change in engine.take(bare, at(0))] == [Happened.RAISED]
