"""Levels and silence of series: on streams in any order, with restarts, corrections and gaps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from tests.alarms.conftest import NOON, MakeRule

from quietude.alarms.compiled import Compiled, Ground
from quietude.alarms.engine import rules_of, standing_after
from quietude.alarms.episode import Change, Episode
from quietude.alarms.number_engine import NumberEngine, number_episodes, short_name
from quietude.alarms.rule import Rule
from quietude.alarms.window import micros_at
from quietude.model.observation import OBSERVATION_SCHEMA

PLACES = {"port": (5.38, 43.29), "halles": (5.42, 43.29)}
ZONE = "Europe/Paris"
LATE_MIN, LAST_MIN = 60, 400
LOUD = {"series": "noise/*/laeq", "above": 70, "until_below": 65, "gap": "PT15M"}
RULES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "loud": ({"level": LOUD}, {"by": "series"}),
    "long": ({"level": {**LOUD, "lasts": "PT20M"}}, {"by": "zone:quarter"}),
    "town": ({"level": {**LOUD, "gap": "PT5M"}, "lasting": "PT10M"}, {}),
    "quiet": ({"silence": {"lasts": "PT45M", "series": "noise/*/*"}}, {"by": "series"}),
    "nothing": ({"silence": {"lasts": "PT30M", "series": "noise/*/*"}}, {"by": "zone:quarter"}),
    "cold": ({"level": {"series": "noise/b/*", "below": 50, "until_above": 55}}, {"by": "source"}),
    "both": (
        {"all": [{"level": LOUD}, {"not": {"level": {"series": "noise/b/laeq", "above": 80}}}]},
        {"calendar": {"hours": "14-17"}},
    ),
}


@dataclass(frozen=True)
class Value:
    """A value in short."""

    minute: float
    value: float | None
    sensor: str = "a"
    quality: str = "good"
    late: float = 0


def at(minute: float) -> datetime:
    return NOON + timedelta(minutes=minute)


def frame(values: list[Value]) -> pl.DataFrame:
    rows = []
    for each in values:
        lon, lat = PLACES["port" if each.sensor < "c" else "halles"]
        rows.append(
            {
                "source": "noise", "series": f"noise/{each.sensor}/laeq", "at": at(each.minute), "value": each.value,
                "unit": "dB", "quality": each.quality, "sensitivity": "internal", "reality": "real", "lon_deg": lon,
                "lat_deg": lat, "received_at": at(each.minute + each.late),
            }
        )  # fmt: skip
    return pl.DataFrame(pa.Table.from_pylist(rows, schema=OBSERVATION_SCHEMA))


@pytest.fixture(scope="session")
def rules(make: MakeRule) -> tuple[Compiled, ...]:
    return tuple(make(when, name, lateness=f"PT{LATE_MIN}M", **others) for name, (when, others) in RULES.items())


def all_at_once(rules: tuple[Compiled, ...], values: list[Value], ground: Ground) -> tuple[Episode, ...]:
    found = (
        episode
        for each in rules
        for episode in number_episodes(each, frame(values), ground.territory, ZONE, at(LAST_MIN))
    )
    return tuple(sorted(found, key=lambda episode: (episode.rule, episode.group, episode.began)))


def spans(episodes: tuple[Episode, ...]) -> list[tuple[float, float]]:
    """Return when they held, in minutes."""
    zero = micros_at(NOON)
    return [((e.began - zero) / 60e6, (e.ended - zero) / 60e6) for e in episodes]


def of(values: list[Value], make: MakeRule, ground: Ground, when: dict[str, Any], **others: Any) -> tuple[Episode, ...]:
    return all_at_once((make(when, **others),), values, ground)


def test_a_level_holds_until_it_is_well_below(make: MakeRule, ground: Ground) -> None:
    values = [Value(m, v) for m, v in enumerate([60, 71, 69, 66, 72, 64.9, 69, 70, 70.1, 60])]
    found = of(values, make, ground, {"level": LOUD}, by="series")
    assert spans(found) == [(1, 5), (8, 9)]
    assert [(e.group, e.evidence, e.facts) for e in found] == [
        ("noise/a/laeq", ("noise/a/laeq",), 4),
        ("noise/a/laeq", ("noise/a/laeq",), 1),
    ]


def test_without_a_second_level_it_holds_while_above(make: MakeRule, ground: Ground) -> None:
    values = [Value(m, v) for m, v in enumerate([60, 71, 70, 72, 60])]
    found = of(values, make, ground, {"level": {"series": "noise/*/laeq", "above": 70}})
    assert spans(found) == [(1, 2), (3, 4)]


def test_it_must_last_before_it_counts(make: MakeRule, ground: Ground) -> None:
    values = [Value(m, 75 if m < 4 or 10 <= m < 20 else 60) for m in range(30)]
    assert spans(of(values, make, ground, {"level": {**LOUD, "lasts": "PT5M"}})) == [(15, 20)]


def test_a_gap_ends_what_is_known(make: MakeRule, ground: Ground) -> None:
    values = [Value(0, 75), Value(1, 68), Value(30, 68), Value(31, 75), Value(32, 60)]
    found = of(values, make, ground, {"level": LOUD})
    assert spans(found) == [(0, 16), (31, 32)], "after a gap, what is between the levels says nothing"


def test_what_is_out_of_range_or_missing_says_nothing(make: MakeRule, ground: Ground) -> None:
    values = [
        Value(0, 60),
        Value(1, 999, quality="suspect:range+jump"),
        Value(2, None, quality="missing"),
        Value(3, 60),
    ]
    assert of(values, make, ground, {"level": LOUD}) == ()


def test_silence_of_one_series_rings_while_another_speaks(make: MakeRule, ground: Ground) -> None:
    values = [Value(m, 50, "b") for m in range(0, LAST_MIN, 5)] + [Value(0, 50), Value(60, 50)]
    found = of(values, make, ground, {"silence": {"lasts": "PT45M", "series": "noise/*/*"}}, by="series")
    assert (found[0].group, *spans(found)[0]) == ("noise/a/laeq", 45, 60)
    assert {e.group for e in found} == {"noise/a/laeq"}
    assert of(values, make, ground, {"silence": {"lasts": "PT45M", "series": "noise/*/*"}}, by="source") == ()


values_of_an_afternoon = st.lists(
    st.tuples(st.integers(0, 300), st.sampled_from([None, 45, 60, 66, 69, 71, 85]), st.sampled_from("abc")),
    max_size=18,
    unique_by=lambda row: (row[0], row[2]),
).map(lambda rows: [Value(*row) for row in rows])
delays = st.lists(st.integers(0, LATE_MIN), min_size=30, max_size=30)


def stream(values: list[Value], late: list[int]) -> list[tuple[int, list[Value]]]:
    """Return values by the minute at which they arrive."""
    arrivals: dict[int, list[Value]] = {}
    for value, delay in zip(values, late, strict=False):
        arrivals.setdefault(int(value.minute) + delay, []).append(value)
    return sorted(arrivals.items())


def played(engine: NumberEngine, arrivals: list[tuple[int, list[Value]]]) -> list[Change]:
    changes: list[Change] = []
    for minute, values in arrivals:
        changes += engine.take(frame(values), at(minute))
    return changes


@settings(max_examples=30, deadline=None)
@given(values=values_of_an_afternoon, late=delays)
def test_any_order_within_the_lateness_rings_the_same(
    rules: tuple[Compiled, ...], ground: Ground, values: list[Value], late: list[int]
) -> None:
    engine = NumberEngine(rules, ZONE, ground.territory)
    changes = played(engine, stream(values, late))
    for minute in range(300, LAST_MIN, 7):
        changes += engine.advance(at(minute))
    changes += engine.advance(at(LAST_MIN))
    assert standing_after(changes) == all_at_once(rules, values, ground)
    assert engine.late == 0


@settings(max_examples=20, deadline=None)
@given(values=values_of_an_afternoon, late=delays, work=st.tuples(st.integers(1, 4), st.integers(1, 3)))
def test_restarts_and_several_workers_change_nothing(
    rules: tuple[Compiled, ...], ground: Ground, values: list[Value], late: list[int], work: tuple[int, int]
) -> None:
    every, parts = work
    changes: list[Change] = []
    for part in range(parts):
        mine = rules_of(rules, part, parts)
        engine = NumberEngine(mine, ZONE, ground.territory)
        kept: dict[tuple[str, str], str | None] = {}
        stored: list[Value] = []
        arrivals = stream(values, late)
        for number, (minute, came) in enumerate([*arrivals, *((m, []) for m in range(361, LAST_MIN + 1, 13))]):
            now = at(minute)
            stored += [Value(v.minute, v.value, v.sensor, v.quality, minute - v.minute) for v in came]
            changes += engine.take(frame(came), now) if came else engine.advance(now)
            kept |= engine.moved()
            if number % every == 0:
                engine = NumberEngine(mine, ZONE, ground.territory)
                engine.resume(micros_at(now), {key: text for key, text in kept.items() if text is not None})
                since = engine.recalled_since(now)
                engine.recall(frame([v for v in stored if at(v.minute) >= since]))
        changes += engine.advance(at(LAST_MIN))
    assert standing_after(changes) == all_at_once(rules, values, ground)


@settings(max_examples=15, deadline=None)
@given(values=values_of_an_afternoon, late=delays, wrong=st.sampled_from([30.0, 68.0, 90.0]))
def test_a_corrected_value_rings_as_if_it_had_come_first(
    rules: tuple[Compiled, ...], ground: Ground, values: list[Value], late: list[int], wrong: float
) -> None:
    engine = NumberEngine(rules, ZONE, ground.territory)
    changes: list[Change] = []
    for minute, came in stream(values, late):
        early = [Value(v.minute, wrong, v.sensor) for v in came]
        changes += engine.take(frame(early), at(minute))
        changes += engine.take(frame(came), at(minute))
    changes += engine.advance(at(LAST_MIN))
    assert standing_after(changes) == all_at_once(rules, values, ground)


def test_what_comes_too_late_is_counted_and_not_judged(make: MakeRule, ground: Ground) -> None:
    engine = NumberEngine((make({"level": LOUD}, lateness="PT10M"),), ZONE, ground.territory)
    engine.take(frame([Value(60, 50)]), at(60))
    assert engine.take(frame([Value(40, 90)]), at(61)) == ()
    assert engine.late == 1


def test_a_value_of_the_future_waits_for_its_moment(make: MakeRule, ground: Ground) -> None:
    engine = NumberEngine((make({"level": LOUD}),), ZONE, ground.territory)
    assert engine.take(frame([Value(120, 90)]), at(0)) == ()
    assert [change.alarm.episode.began for change in engine.advance(at(121))] == [micros_at(at(120))]


def test_quiet_series_are_not_remembered(make: MakeRule, ground: Ground) -> None:
    engine = NumberEngine((make({"level": LOUD}, by="series", lateness="PT10M"),), ZONE, ground.territory)
    for minute in range(200):
        engine.take(frame([Value(minute, 50)]), at(minute))
        assert engine.moved() == {}
    (group,) = engine.groups.values()
    assert group.series["noise/a/laeq"].settled().at.size < 60, "what no late value can change is forgotten"


def test_two_long_names_stay_two() -> None:
    first, second = (f"noise/{'x' * 200}{end}/laeq" for end in "ab")
    assert len(short_name(first)) == 120
    assert short_name(first) != short_name(second)


@pytest.mark.parametrize(
    ("when", "others", "said"),
    [
        pytest.param({"level": {"series": "noise/*/laeq"}}, {}, "either above or below", id="no-level"),
        pytest.param({"level": {**LOUD, "below": 3}}, {}, "either above or below", id="both"),
        pytest.param({"level": {**LOUD, "until_below": 75}}, {}, "end before it began", id="crossed"),
        pytest.param(
            {"level": {**LOUD, "series": "laeq"}}, {}, "expected <source>/<sensor>/<quantity>", id="no-series"
        ),
        pytest.param({"all": [{"level": LOUD}, {"match": {}}]}, {}, "stand alone", id="facts-and-numbers"),
        pytest.param({"level": LOUD}, {"scope": "nature:noise"}, "drop the scope", id="scope"),
        pytest.param({"match": {}}, {"by": "series"}, "is for conditions on observations", id="facts-by-series"),
        pytest.param({"level": LOUD}, {"by": "h3:9"}, "grouped by town", id="cells"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(when: dict[str, Any], others: dict[str, Any], said: str) -> None:
    content = {"title": {"fr": "Essai", "en": "Trial"}, "severity": 3, "when": when, **others}
    with pytest.raises(ValidationError, match=said):
        Rule.model_validate(content).bind(name="rule", path=Path())
