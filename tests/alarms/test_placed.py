"""Inside and entering places; severity that rises and falls; candidates: against cases counted by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from tests.alarms.conftest import MakeRule, Said, frame
from tests.alarms.test_engine import ZONE, at

from quietude.alarms.compiled import Compiled, Ground, ScopeError
from quietude.alarms.engine import Engine, episodes
from quietude.alarms.episode import Happened
from quietude.alarms.rule import Rule
from quietude.alarms.window import micros_at

SCHOOLS = {"places": "schools", "radius_m": 120}
SQUARE = {"polygon": [[5.3799, 43.2899], [5.3801, 43.2899], [5.3801, 43.2901], [5.3799, 43.2901]]}
ENTERING = {"entering": {"within": "PT1H", "holds": "PT10M"}}


def minutes(found: tuple[Any, ...]) -> list[tuple[str, float]]:
    return [(each.group, (each.began - micros_at(at(0))) / 60_000_000) for each in found]


def test_facts_near_a_place_are_of_the_nearest_one(make: MakeRule) -> None:
    rule = make({"match": {"holds": "PT5M"}}, by="place", inside=SCHOOLS)
    facts = [Said("w", 0, east_m=119), Said("out", 1, east_m=121), Said("e", 2, east_m=950), Said("nowhere", 3)]
    found = episodes(rule, frame(facts), ZONE, at(60))
    assert minutes(found) == [("East school", 2.0), ("West school", 0.0)]


@pytest.mark.parametrize(
    "inside", [pytest.param(SQUARE, id="polygon"), pytest.param({"zone": "quarter:port"}, id="zone")]
)
def test_facts_inside_a_shape_count(make: MakeRule, inside: dict[str, Any]) -> None:
    rule = make({"match": {"holds": "PT5M"}}, inside=inside)
    facts = [Said("in", 0, east_m=5), Said("out", 20, east_m=60_000), Said("nowhere", 40)]
    assert minutes(episodes(rule, frame(facts), ZONE, at(60))) == [("", 0.0)]


def test_one_by_one_and_by_columns_the_same_facts_are_inside(make: MakeRule) -> None:
    rules = tuple(make({"match": {}}, f"rule_{n}", by="place", inside=SCHOOLS) for n in range(4))
    facts = [Said(f"f{n}", n, east_m=60 * n) for n in range(30)]
    few, many = Engine(rules, ZONE), Engine(rules, ZONE)
    for fact in facts:
        few.take(frame([fact]), at(40))
    for begin in (0,):
        many.take(frame([*facts, *[Said(f"x{n}", 0) for n in range(30)]][begin:]), at(40))
    assert [alarm.episode.evidence for alarm in few.standing()] == [alarm.episode.evidence for alarm in many.standing()]


def test_entering_is_the_first_position_inside_after_one_outside(make: MakeRule) -> None:
    rule = make(ENTERING, by="object:vehicle", inside=SCHOOLS)
    track = [(0, 500), (10, 50), (20, 40), (30, 500), (40, 500), (50, 30), (150, 500), (230, 10)]
    facts = [Said(f"v{minute}", minute, east_m=east, mover="van") for minute, east in track]
    facts += [Said("parked", 5, east_m=0, mover="car"), Said("walker", 6, east_m=0)]
    assert minutes(episodes(rule, frame(facts), ZONE, at(400))) == [("van", 10.0), ("van", 50.0)]


def test_severity_rises_with_time_and_with_facts_and_falls_with_them(make: MakeRule) -> None:
    steps = [{"after": "PT30M", "severity": 3}, {"at_least": 3, "within": "PT10M", "severity": 5}]
    rule = make({"match": {"holds": "PT1H"}}, severity=2, severity_steps=steps)
    engine = Engine((rule,), ZONE)
    (raised,) = engine.take(frame([Said("a", 0)]), at(0))
    (rose,) = engine.take(frame([Said("b", 1), Said("c", 2)]), at(2))
    (fell,) = engine.advance(at(10))
    (again,) = engine.advance(at(30))
    changes = (raised, rose, fell, again)
    assert [change.alarm.episode.severity for change in changes] == [2, 5, 2, 3]
    assert {change.happened for change in changes[1:]} == {Happened.CHANGED}


def test_the_first_of_a_group_are_candidates_until_there_were_enough(make: MakeRule) -> None:
    rule = make({"match": {"holds": "PT5M"}}, by="source", candidate={"until": 2, "within": "PT1H"}, lateness="PT10M")
    engine = Engine((rule,), ZONE)
    said = {}
    for minute in (0, 50, 100, 300):
        for change in engine.take(frame([Said(f"f{minute}", minute)]), at(minute)):
            if change.happened is Happened.RAISED:
                said[minute] = change.alarm.episode.is_candidate
    assert said == {0: True, 50: False, 100: False, 300: True}
    engine.advance(at(600))
    assert engine.groups == {}, "what counted candidates is forgotten"


@pytest.mark.parametrize(
    ("when", "others", "said"),
    [
        pytest.param({"silence": {"lasts": "PT1H"}}, {"by": "radius:100"}, "by: radius takes", id="silence"),
        pytest.param({"match": {}}, {"by": "place"}, "needs inside", id="place"),
        pytest.param(ENTERING, {"inside": SCHOOLS}, "by: object:", id="entering"),
        pytest.param({"match": {}}, {"inside": {}}, "one of places, zone, polygon", id="nowhere"),
        pytest.param({"match": {}}, {"inside": {"polygon": [[0, 0], [1, 1], [1, 0], [0, 1]]}}, "cross", id="crossing"),
        pytest.param({"match": {}}, {"severity_steps": [{"severity": 3}]}, "expected after", id="step"),
        pytest.param({"all": [{"departure": {}}, {"departure": {}}]}, {}, "one departure", id="two departures"),
    ],
)
def test_what_does_not_fit_together_is_refused(when: dict[str, Any], others: dict[str, Any], said: str) -> None:
    content = {"title": {"fr": "a", "en": "b"}, "severity": 2, "when": when, **others}
    with pytest.raises(ValidationError, match=said):
        Rule.model_validate(content)


@pytest.mark.parametrize(
    ("others", "said"),
    [
        pytest.param({"inside": {"places": "museums"}}, "no places 'museums'; town.yml has schools", id="places"),
        pytest.param({"inside": {"zone": "quarter:moon"}}, "no zone 'moon'", id="zone"),
        pytest.param(
            {"severity_steps": [{"at_least": 2, "within": "P2D", "severity": 4}]}, "facts are forgotten", id="step"
        ),
    ],
)
def test_what_the_town_has_not_is_named(ground: Ground, others: dict[str, Any], said: str) -> None:
    content = {"title": {"fr": "a", "en": "b"}, "severity": 2, "when": {"match": {}}, **others}
    rule = Rule.model_validate(content).bind(name="rule", path=Path())
    with pytest.raises(ScopeError, match=said):
        Compiled.of(rule, ground, date(2026, 6, 5))
