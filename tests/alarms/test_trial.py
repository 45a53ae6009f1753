"""Two rules over the same facts, and changes of a rule."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from quietude.alarms.api import (
    Compiled,
    Episode,
    LookBack,
    added,
    by_week,
    difference,
    micros_at,
    overload,
    read_rule,
    tunings,
)  # fmt: skip
from quietude.alarms.departure import Clock
from quietude.model.filter.question import Filter
from quietude.sources.api import ManifestError

HOUR = 3_600_000_000


def episode(began: int, ended: int, group: str = "port", facts: int = 3) -> Episode:
    return Episode("noise", group, began, ended, facts, ())


def test_what_shares_no_moment_rings_more_or_fewer() -> None:
    now = [episode(0, 10), episode(20, 30), episode(0, 10, "halles")]
    former = [episode(5, 12), episode(40, 50)]
    found = difference(now, former)
    assert found.more == (now[1], now[2])
    assert found.fewer == (former[1],)


def test_weeks_without_an_alarm_are_there_too() -> None:
    began = micros_at(datetime(2026, 6, 10, 22, 30, tzinfo=UTC))  # the 11th in Paris
    weeks = by_week([episode(began, began + 1)], ZoneInfo("Europe/Paris"), date(2026, 6, 1), date(2026, 6, 21))
    assert weeks == [(date(2026, 6, 1), 0), (date(2026, 6, 8), 1), (date(2026, 6, 15), 0)]


def test_the_load_is_of_each_operator_before_and_after() -> None:
    load = added([0], [0, HOUR], timedelta(hours=4), 2)
    assert (load.before_per_hour, load.after_per_hour) == (0.125, 0.25)


def look(*episodes: Episode, days: int = 1) -> LookBack:
    since = date(2026, 6, 1)
    return LookBack(since, since + timedelta(days=days - 1), 0, episodes, 0, (0.0,) * 7, 0.0, 0)


def test_a_rule_that_rings_on_nearly_every_fact_or_all_the_time_tells_nothing() -> None:
    assert overload(look(episode(0, 1, facts=95)), 100) is not None
    assert overload(look(episode(0, 1, facts=94)), 100) is None
    assert overload(look(episode(0, 1, facts=99)), 99) is None, "too few facts to tell"
    assert overload(look(*(episode(n, n + 1, facts=1) for n in range(301))), 10_000) is not None


RULE = (
    "title: {fr: a, en: a}\nwhen: {all: [{count: {at_least: 3, within: PT1H}}, {match: {holds: PT30M}}]}\nseverity: 2\n"
)


def test_changes_of_a_rule_raise_its_counts_and_hold_it_longer() -> None:
    rule = read_rule(Path("rules/noise.yml"), RULE)
    found = tunings(Compiled(rule, Filter(), (Filter(), Filter()), Clock("Europe/Paris")))
    assert [(each.key, each.before, each.after) for each in found] == [
        ("at_least", "3", "4"), ("at_least", "3", "5"), ("holds", "PT30M", "PT60M"),
    ]  # fmt: skip
    changed = found[0].each.rule
    assert changed.when.all[0].count is not None
    assert (changed.when.all[0].count.at_least, changed.name) == (4, "noise")
    assert rule.when.all[0].count is not None
    assert rule.when.all[0].count.at_least == 3
    assert changed.digest != rule.digest


def test_a_text_is_read_with_the_place_of_its_faults_and_no_file() -> None:
    with pytest.raises(ManifestError, match=r"noise.yml:3:1: severity: Input should be less than or equal to 5"):
        read_rule(Path("noise.yml"), "title: {fr: a, en: a}\nwhen: {match: {}}\nseverity: 9\n")
    with pytest.raises(ManifestError, match="not YAML"):
        read_rule(Path("noise.yml"), "title: \x00")
