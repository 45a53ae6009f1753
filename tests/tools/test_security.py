"""The look for known weaknesses: a planted one is found, an accepted one is not, a stale acceptance is."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from tools import security

ACCEPTED = [{"test": "B602", "paths": ["a.py"], "reason": "a fixed word, and no visitor near it"}]


def test_planted_weaknesses_are_found(tmp_path: Path) -> None:
    planted = tmp_path / "planted.py"
    planted.write_text(
        "import subprocess, hashlib, tempfile\n"
        "def view(request):\n"
        "    subprocess.call(request.GET['a'], shell=True)\n"
        "    return hashlib.md5(b'x').hexdigest(), tempfile.mktemp(), eval(request.GET['b'])\n",
        encoding="utf-8",
    )
    tests = {test for test, _, _ in security.found_by_bandit(str(tmp_path))}
    assert {"B602", "B324", "B306", "B307"} <= tests


def test_only_what_has_a_reason_is_accepted() -> None:
    assert security.judged([("B602", "a.py", "line 1: shell")], ACCEPTED) == ()
    assert security.judged([("B602", "b.py", "line 1: shell"), ("B602", "a.py", "x")], ACCEPTED) == (
        "b.py B602 line 1: shell",
    )


def test_an_acceptance_that_nothing_needs_is_told() -> None:
    (said,) = security.judged([], ACCEPTED)
    assert said.startswith("a.py B602: nothing is found there any more")


def test_an_acceptance_without_a_reason_is_told() -> None:
    (said,) = security.judged([("B602", "a.py", "x")], [{"test": "B602", "paths": ["a.py"], "reason": "ok"}])
    assert said == "B602: an acceptance without a reason"


def test_every_accepted_finding_has_a_reason_and_a_file() -> None:
    accepted = tomllib.loads(security.ACCEPTED.read_text(encoding="utf-8"))["accepted"]
    assert all(len(entry["reason"]) > 20 for entry in accepted)
    assert [path for entry in accepted for path in entry["paths"] if not (security.ROOT / path).is_file()] == []


def test_django_finds_nothing_amiss_in_an_installation_behind_https() -> None:
    assert security.deployment().faults == ()


def test_without_pip_audit_its_look_is_skipped_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _program: None)
    outcome = security.python_packages()
    assert outcome.faults == ()
    assert "pipx install pip-audit" in outcome.skipped
