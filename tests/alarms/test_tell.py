"""Steps of telling: what is due when, never more than the newest repetition; faults in a rule's file are named."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quietude.alarms.api import Call, Tell, due_calls, load_rule
from quietude.sources.api import ManifestError

SINCE = datetime(2026, 6, 17, 22, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
STEPS = (
    Tell(to="roster:night", repeat="PT5M", times=3),
    Tell(to="service:pm", after="PT10M"),
)
RULE = """\
title: {fr: "Bruit", en: "Noise"}
when: {match: {}}
severity: 3
"""


@pytest.mark.parametrize(
    ("minutes", "due"),
    [
        pytest.param(0, [Call(0, 0, SINCE)], id="at-once"),
        pytest.param(4, [Call(0, 0, SINCE)], id="before-the-repetition"),
        pytest.param(5, [Call(0, 1, SINCE + 5 * MINUTE)], id="on-the-edge"),
        pytest.param(10, [Call(0, 2, SINCE + 10 * MINUTE), Call(1, 0, SINCE + 10 * MINUTE)], id="the-next-step"),
        pytest.param(600, [Call(0, 2, SINCE + 10 * MINUTE), Call(1, 0, SINCE + 10 * MINUTE)], id="never-more-often"),
    ],
)
def test_what_is_due(minutes: int, due: list[Call]) -> None:
    assert due_calls(STEPS, SINCE, SINCE + minutes * MINUTE) == due


def test_nothing_is_due_before_it_began() -> None:
    assert due_calls(STEPS, SINCE, SINCE - MINUTE) == []


def test_where_nobody_was_found_the_later_steps_come_sooner() -> None:
    assert due_calls(STEPS, SINCE, SINCE, earlier_by=10 * MINUTE)[1] == Call(1, 0, SINCE)


@given(st.lists(st.integers(0, 3_600), min_size=1, max_size=30))
def test_whoever_looks_at_whatever_moments_tells_each_repetition_once_at_most(seconds: list[int]) -> None:
    seen: list[tuple[int, int]] = []
    for moment in sorted(seconds):
        calls = due_calls(STEPS, SINCE, SINCE + timedelta(seconds=moment))
        assert all(call.at <= SINCE + timedelta(seconds=moment) for call in calls)
        assert len({call.step for call in calls}) == len(calls)
        seen += [(call.step, call.nth) for call in calls if (call.step, call.nth) not in seen]
    first = [nth for step, nth in seen if step == 0]
    assert first == sorted(first)
    assert len(first) <= 3


@pytest.mark.parametrize(
    ("tell", "said"),
    [
        ("{to: anne}", "roster:<code>"),
        ("{to: roster:night, after: P2D}", "between PT0S and P1D"),
        ("{to: roster:night, repeat: PT5S}", "PT1M or more"),
        ("{to: roster:night, at_least: 6}", "at_least"),
        ("{to: roster:night, when: now}", "when"),
    ],
)
def test_a_fault_is_named_with_its_line(tell: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "noise.yml"
    path.write_text(f"{RULE}tell:\n  - {tell}\n", encoding="utf-8")
    with pytest.raises(ManifestError) as refused:
        load_rule(path)
    assert said in str(refused.value)
    assert "noise.yml:" in str(refused.value)


def test_whom_a_rule_tells_changes_nothing_of_what_it_judges(tmp_path: Path) -> None:
    path = tmp_path / "noise.yml"
    path.write_text(RULE, encoding="utf-8")
    before = load_rule(path).digest
    path.write_text(f"{RULE}comment: required\ntell: [{{to: roster:night}}]\n", encoding="utf-8")
    after = load_rule(path)
    assert (after.digest, after.comment, after.tell[0].to) == (before, "required", "roster:night")
