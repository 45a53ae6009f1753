"""Our rules of semgrep: each has made-up code, and what they say of it is read right. `make security` runs them."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from tools import security, static_rules


def answering(found: list[tuple[str, str, int]], status: int = 1) -> Any:
    """Return a stand-in of semgrep that finds what it is told."""
    results = [
        {"check_id": f"tools.semgrep.{rule}", "path": path, "start": {"line": line}} for rule, path, line in found
    ]

    def run(command: list[str], **_given: Any) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess(command, status, json.dumps({"results": results, "errors": []}), "broken")

    return run


@pytest.fixture(autouse=True)
def _installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(static_rules, "program", lambda: "/usr/bin/semgrep")


def test_every_rule_has_code_where_it_fires_and_code_where_it_does_not() -> None:
    told = [(kind, place[0]) for kind, place in static_rules.marked_lines()]
    assert {rule for kind, rule in told if kind == "ruleid"} == static_rules.rules()
    assert {rule for kind, rule in told if kind == "ok"} == static_rules.rules()


def test_a_rule_that_does_not_fire_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    everything = [place for kind, place in static_rules.marked_lines() if kind == "ruleid"]
    monkeypatch.setattr("subprocess.run", answering(everything))
    assert static_rules.faults_of_the_rules() == []
    monkeypatch.setattr("subprocess.run", answering(everything[1:]))
    (said,) = static_rules.faults_of_the_rules()
    assert said.endswith("does not fire")


def test_a_rule_that_fires_on_harmless_code_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("subprocess.run", answering([place for _, place in static_rules.marked_lines()]))
    assert all(said.endswith("fires on harmless code") for said in static_rules.faults_of_the_rules())
    assert static_rules.faults_of_the_rules()


def test_a_finding_that_nobody_accepted_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(static_rules, "faults_of_the_rules", list)
    monkeypatch.setattr("subprocess.run", answering([("shell", "src/quietude/new.py", 3)]))
    assert "src/quietude/new.py shell line 3" in security.own_rules().faults


def test_a_semgrep_that_fails_is_no_clean_bill(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("subprocess.run", answering([], status=2))
    assert security.own_rules().faults == ("semgrep failed: broken",)


def test_without_semgrep_the_look_is_skipped_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(static_rules, "program", lambda: None)
    outcome = security.own_rules()
    assert "make security" in outcome.skipped
    with pytest.raises(RuntimeError, match="not installed"):
        static_rules.found_in("src")


def test_the_code_is_all_of_ours() -> None:
    assert all((static_rules.ROOT / folder).is_dir() for folder in static_rules.CODE)
    assert isinstance(static_rules.CONFIG, Path)
