"""Rules as files: every fault is named with its place, the value and a remedy; those of the given towns are good."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from tests.alarms.conftest import ROOT

from quietude.alarms.compiled import Ground
from quietude.alarms.rule import Rule
from quietude.alarms.rule_file import load_rule, load_rules
from quietude.sources.api import ManifestError

TODAY = date(2026, 6, 5)
GOOD = """\
title: {fr: "Bruit la nuit", en: "Noise at night"}
scope: "nature:noise"
by: zone:quarter
when: {count: {at_least: 3, within: PT2H}}
calendar: {days: [fri, sat], hours: 22-6}
severity: 3
"""
Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(text: str) -> Path:
        path = tmp_path / "rules" / "noise.yml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return written


def test_a_rule_is_read_with_its_name(write: Write) -> None:
    rule = load_rule(write(GOOD))
    assert (rule.name, rule.by, rule.lateness, rule.latching) == ("noise", "zone:quarter", "PT1H", False)
    assert rule.when.count is not None
    assert rule.when.count.at_least == 3
    assert rule.calendar is not None
    assert rule.calendar.from_to == (22, 8)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        pytest.param("severity: 3", "severity: 9", ":6:1: severity: ", id="severity"),
        pytest.param("severity: 3", "severty: 3", "'severty'; did you mean 'severity'?", id="unknown key"),
        pytest.param("zone:quarter", "quarter", ":3:1: by: expected town, source, series, zone:<level>", id="group"),
        pytest.param("zone:quarter", "h3:11", "h3:<0 to 10>", id="too fine a cell"),
        pytest.param("PT2H", "2 hours", "'2 hours' is not a duration", id="window"),
        pytest.param("PT2H", "P1Y", "between PT1S and P31D", id="too long a window"),
        pytest.param("at_least: 3", "at_least: 1", "at_least", id="count of one"),
        pytest.param("22-6", "25-6", "expected hours such as 22-6", id="hours"),
        pytest.param("fri, sat", "friday", "days", id="days"),
        pytest.param("{count: {at_least: 3, within: PT2H}}", "{}", "expected one of match, count", id="no condition"),
        pytest.param("{count:", "{match: {}, count:", "found match, count", id="two conditions"),
        pytest.param(
            "{count: {at_least: 3, within: PT2H}}", "{not: {match: {}}}", "where nothing ever was", id="not alone"
        ),
    ],
)
def test_a_fault_is_named_with_its_place_and_a_remedy(write: Write, old: str, new: str, said: str) -> None:
    with pytest.raises(ManifestError) as caught:
        load_rule(write(GOOD.replace(old, new)))
    assert said in str(caught.value)
    assert "noise.yml:" in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        pytest.param("nature:noise", "nature:bruyt", ":2:9: 'nature:bruyt': ", id="scope"),
        pytest.param("nature:noise", "depuis:2019", "drop the period", id="period"),
        pytest.param("zone:quarter", "zone:arrondissement", "it has district, quarter", id="level"),
    ],
)
def test_what_the_town_does_not_have_is_named(write: Write, ground: Ground, old: str, new: str, said: str) -> None:
    path = write(GOOD.replace(old, new))
    with pytest.raises(ManifestError) as caught:
        load_rules(path.parent.parent, ground, TODAY)
    assert said in str(caught.value)


def test_a_name_that_is_no_name_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "Bruit la nuit.yml"
    path.write_text(GOOD, encoding="utf-8")
    with pytest.raises(ManifestError, match="is no name of a rule"):
        load_rule(path)


@pytest.mark.parametrize("path", sorted((ROOT / "towns").glob("*/rules/*.yml")), ids=lambda path: path.stem)
def test_the_rules_of_the_given_towns_are_good_and_say_what_to_do_in_both_languages(path: Path) -> None:
    rule = load_rule(path)
    assert isinstance(rule, Rule)
    assert rule.title.fr != rule.title.en
