"""The page on ASVS 5.0.0: all 253 requirements of levels 1 and 2, and every test it names is there."""

from __future__ import annotations

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "security" / "asvs.md"
CHAPTERS = {1: 27, 2: 11, 3: 19, 4: 10, 5: 9, 6: 35, 7: 18, 8: 7, 9: 7, 10: 29, 11: 14, 12: 9, 13: 13, 14: 9, 15: 13}
CHAPTERS |= {16: 16, 17: 7}
"""Requirements of levels 1 and 2 by chapter, counted in the standard's own table."""
BY_LEVEL = {"1": 70, "2": 183}
VERDICTS = re.compile(
    r"test: `[^`]+`(?:, `[^`]+`)*|review \(\d{4}-\d\d-\d\d\): .{10,}|not applicable: .{5,}|open: .{10,}", re.DOTALL
)


class Row(NamedTuple):
    """One requirement."""

    number: str
    level: str
    what: str
    shown: str


LINE = re.compile(r"^\| (\d+\.\d+\.\d+) \| ([12]) \| (.*?) \| (.*) \|$", re.MULTILINE)
TEXT = PAGE.read_text(encoding="utf-8")
ROWS = [Row(*found) for found in LINE.findall(TEXT)]


def named_tests(text: str) -> list[str]:
    return sorted(set(re.findall(r"`(tests/[\w/]+\.py::\w+)`", text)))


@cache
def names_in(path: Path) -> frozenset[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def is_there(test: str) -> bool:
    path, _, name = test.partition("::")
    return (ROOT / path).is_file() and name in names_in(ROOT / path)


def test_every_requirement_is_there_once() -> None:
    numbers = [row.number for row in ROWS]
    assert len(numbers) == len(set(numbers)) == 253
    assert Counter(row.level for row in ROWS) == BY_LEVEL
    assert Counter(int(number.split(".")[0]) for number in numbers) == CHAPTERS
    assert numbers == sorted(numbers, key=lambda number: [int(part) for part in number.split(".")])


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.number)
def test_every_requirement_says_how_it_is_shown(row: Row) -> None:
    assert VERDICTS.fullmatch(row.shown)
    assert len(row.what) > 5


@pytest.mark.parametrize("test", named_tests(TEXT))
def test_every_named_test_is_there(test: str) -> None:
    assert is_there(test)


def test_the_counts_at_its_head_are_true() -> None:
    kinds = Counter(re.split(r"[:(]", row.shown)[0].strip() for row in ROWS)
    stated = f"{kinds['test']} by test, {kinds['review']} by review, {kinds['not applicable']} not applicable"
    assert stated in TEXT
    assert f"{round(100 * kinds['test'] / len(ROWS))} % of all" in TEXT
    assert ("none open" in TEXT) == (kinds["open"] == 0)


def test_a_test_that_is_not_there_is_found() -> None:
    assert not is_there("tests/security/test_asvs.py::test_nothing")
    assert not is_there("tests/security/test_none.py::test_nothing")
    assert not VERDICTS.fullmatch("yes")
    assert not VERDICTS.fullmatch("review: looked at it")
