"""The engine on streams in any order, with restarts, corrections and several workers."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.alarms.conftest import NOON, MakeRule, Said, frame

from quietude.alarms.calendar import micros_at
from quietude.alarms.compiled import Compiled
from quietude.alarms.engine import Engine, episodes, rules_of, standing_after
from quietude.alarms.episode import Change, Episode, Happened

ZONE = "Europe/Paris"
LATE_MIN = 60
LAST_MIN = 400
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
}


@pytest.fixture(scope="session")
def rules(make: MakeRule) -> tuple[Compiled, ...]:
    return tuple(make(when, name, lateness=f"PT{LATE_MIN}M", **others) for name, (when, others) in RULES.items())


facts_of_an_afternoon = st.lists(
    st.builds(
        lambda minute, category, zone, source: (minute, category, zone, source),
        st.integers(0, 300),
        st.sampled_from(["noise.party", "violence.fight", "parking.illegal"]),
        st.sampled_from(["port", "halles", None]),
        st.sampled_from(["patrols", "desk"]),
    ),
    max_size=25,
).map(lambda rows: [Said(f"f{n:03}", *row) for n, row in enumerate(rows)])


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
        Said(fact.key, data.draw(st.integers(0, 300)), "noise.party", "halles", fact.source, version=2)
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
    return Compiled(rule, each.whole, each.leaves)


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
