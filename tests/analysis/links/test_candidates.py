from __future__ import annotations

from datetime import timedelta

import pytest
from tests.analysis.links.made_up import NOON, entry, frame

from quietude.analysis.links.candidates import SLACK_S, candidates
from quietude.analysis.links.levels import FEATURES
from quietude.analysis.links.records import records_of
from quietude.analysis.links.words import Words

PLAIN = Words({}, 1.0)


def pairs(*entries: dict[str, object]) -> list[tuple[str, str]]:
    return sorted(candidates(records_of(frame(*entries), PLAIN)).select("left", "right").rows())


@pytest.mark.parametrize(
    ("other", "meets"),
    [
        pytest.param({}, True, id="same place and time"),
        pytest.param({"lon_deg": 5.383}, True, id="250 m away"),
        pytest.param({"lon_deg": 5.41}, False, id="2 km away"),
        pytest.param({"occurred_from": NOON + timedelta(seconds=SLACK_S)}, True, id="at the end of the window"),
        pytest.param({"occurred_from": NOON + timedelta(seconds=SLACK_S + 60)}, False, id="past the window"),
        pytest.param({"occurred_from": NOON - timedelta(seconds=SLACK_S)}, True, id="before"),
        pytest.param(
            {"occurred_from": NOON - timedelta(hours=26), "time_precision": "day"}, True, id="a day, just over"
        ),
        pytest.param(
            {"occurred_from": NOON - timedelta(hours=31), "time_precision": "day"}, False, id="an earlier day"
        ),
        pytest.param({"time_precision": "month"}, False, id="a month says too little"),
        pytest.param({"lon_deg": None}, False, id="without a point"),
    ],
)
def test_pairs_are_near_in_space_and_time(other: dict[str, object], meets: bool) -> None:
    assert pairs(entry("1", "a"), entry("2", "b", **other)) == ([("1", "2")] if meets else [])


def test_entries_of_one_source_are_no_pair_and_each_pair_comes_once() -> None:
    found = pairs(entry("1", "a"), entry("2", "a"), entry("3", "b", time_precision="day"))
    assert found == [("1", "3"), ("2", "3")]


def test_one_against_the_others_is_compared_with_those_of_other_sources_only() -> None:
    held = records_of(frame(entry("1", "a"), entry("2", "b"), entry("3", "c")), PLAIN)
    found = candidates(records_of(frame(entry("new", "b")), PLAIN), held)
    assert sorted(found.select("left", "right").rows()) == [("new", "1"), ("new", "3")]


@pytest.mark.parametrize(
    ("feature", "first", "second", "level"),
    [
        pytest.param("distance", {}, {}, 0, id="same point"),
        pytest.param("distance", {}, {"lat_deg": 43.29055}, 2, id="61 m"),
        pytest.param("time", {}, {"occurred_from": NOON + timedelta(minutes=7)}, 3, id="7 minutes"),
        pytest.param(
            "time", {}, {"occurred_from": NOON - timedelta(hours=3), "time_precision": "day"}, 0, id="in the day"
        ),
        pytest.param("category", {"category": None}, {}, 0, id="no category"),
        pytest.param("category", {}, {"category": "noise.party"}, 1, id="same category"),
        pytest.param("category", {}, {"category": "noise"}, 2, id="the family alone"),
        pytest.param("category", {}, {"category": "noise.music"}, 3, id="same family"),
        pytest.param("category", {}, {"category": "damage"}, 4, id="another family"),
        pytest.param("street", {}, {"place_label": ""}, 0, id="no street"),
        pytest.param("street", {}, {"place_label": "Quai du Port"}, 1, id="same street"),
        pytest.param("street", {}, {"place_label": "rue Paradis"}, 3, id="another street"),
        pytest.param("numbers", {}, {"place_label": "12, quai du Port"}, 1, id="same number"),
        pytest.param("numbers", {}, {"place_label": "14 quai du Port"}, 2, id="another number"),
        pytest.param("text", {}, {}, 0, id="same words"),
        pytest.param("text", {}, {"text": ""}, 7, id="no words"),
    ],
)
def test_likeness_is_said_in_levels(
    feature: str, first: dict[str, object], second: dict[str, object], level: int
) -> None:
    found = candidates(records_of(frame(entry("1", "a", **first), entry("2", "b", **second)), PLAIN))
    assert found[feature].to_list() == [level]


def test_every_feature_has_a_level_for_every_pair() -> None:
    found = candidates(records_of(frame(entry("1", "a"), entry("2", "b", text=None, category=None)), PLAIN))
    for feature in FEATURES:
        assert 0 <= found[feature.name][0] < feature.count
