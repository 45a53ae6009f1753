"""The map of accessibility says of each of the 106 criteria how far it is, and names what is really there."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from quietude.rulebook.evidence import tests_of as defined_tests

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "accessibility.md").read_text(encoding="utf-8")
CRITERIA = {1: 9, 2: 2, 3: 3, 4: 13, 5: 8, 6: 2, 7: 5, 8: 10, 9: 4, 10: 14, 11: 13, 12: 11, 13: 12}
"""Theme to its number of criteria. Source: RGAA 4.1.2."""
STATES = ("tested", "in part", "to review", "none here")
ROWS = re.findall(r"^\| (\d+)\.(\d+) \| (.+?) \| (.+?) \| (.+) \|$", PAGE, flags=re.MULTILINE)
RUN = {"wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"}
ALWAYS = {"color-contrast-enhanced"}
"""Rules of axe that tests/browser/conftest.py runs: by their tags, and by name."""
RULE = r"{id:\"([a-z-]+)\"(?:(?!{id:).)*?tags:\[([^\]]*)\]"
AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"


def test_every_criterion_has_one_line() -> None:
    wanted = [(theme, number) for theme, count in CRITERIA.items() for number in range(1, count + 1)]
    assert [(int(theme), int(number)) for theme, number, *_rest in ROWS] == wanted
    assert len(wanted) == 106


def test_every_line_has_a_state_and_says_how() -> None:
    assert {state for *_rest, state, _how in ROWS} == set(STATES)
    assert [row for row in ROWS if len(row[4]) < 5] == []


def test_whatever_is_called_tested_names_a_test_or_a_rule_of_axe() -> None:
    assert [row for row in ROWS if row[3] == "tested" and "`" not in row[4]] == []


def test_the_totals_are_those_of_the_lines() -> None:
    for theme, count in CRITERIA.items():
        states = Counter(state for number, *_rest, state, _how in ROWS if int(number) == theme)
        row = " | ".join(str(states[state]) for state in STATES)
        assert re.search(rf"^\| {theme}\. [\w ]+ \| {count} \| {row} \|$", PAGE, flags=re.MULTILINE), theme
    states = Counter(row[3] for row in ROWS)
    assert f"| All | 106 | {' | '.join(str(states[state]) for state in STATES)} |" in PAGE


def test_every_test_named_exists() -> None:
    known = {name for path in (ROOT / "tests").rglob("test_*.py") for name in defined_tests(path)}
    assert set(re.findall(r"`(test_\w+)`", PAGE)) - known == set()


@pytest.mark.skipif(not AXE.is_file(), reason="axe is installed with the front end: python tools/build_web.py")
def test_every_rule_of_axe_named_is_one_that_our_tests_run() -> None:
    named = {
        rule
        for *_rest, how in ROWS
        for part in re.findall(r"axe ((?:`[a-z*-]+`(?:, )?)+)", how)
        for rule in re.findall(r"`([a-z-]+)`", part)
    }
    text = AXE.read_text(encoding="utf-8")
    tags = {rule: set(re.findall(r"\"([\w.-]+)\"", said)) for rule, said in re.findall(RULE, text)}
    assert len(named) > 20
    assert {rule for rule in named if rule not in tags} == set()
    assert {rule for rule in named - ALWAYS if not tags[rule] & RUN or "experimental" in tags[rule]} == set()
