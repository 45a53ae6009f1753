"""Whatever a rule names is looked for where it should be."""

from __future__ import annotations

from pathlib import Path

import pytest

from quietude.rulebook.api import Rulebook, absences, checkout, load_rulebook, read_rulebook
from quietude.rulebook.evidence import tests_of as defined_tests

TESTS = '''
def test_here() -> None:
    """A test that says test_in_words_only."""


async def test_later() -> None: ...


def helper() -> None:
    def test_inside() -> None: ...


class TestGroup:
    def test_in_a_class(self) -> None: ...
'''
RULE = """
title: {fr: "Plaques", en: "Plates"}
order: 1
rules:
  - id: R7
    title: {fr: "Plaques", en: "Plates"}
    text: {fr: "Elles sont masquées.", en: "They are masked."}
    sources: [{name: "Code de la sécurité intérieure"}]
    mark: secondary
    read_on: 2026-11
    in_force: {from: null, to: null}
    enforced:
      - PLACE
    tests:
      - TEST
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a folder with one file of tests."""
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_it.py").write_text(TESTS, encoding="utf-8")
    return tmp_path


def book(
    root: Path, *, place: str = "module: quietude.ingest.masks", test: str = "tests/test_it.py::test_here"
) -> Rulebook:
    folder = root / "rulebook"
    folder.mkdir(exist_ok=True)
    (folder / "plates.yml").write_text(RULE.replace("PLACE", place).replace("TEST", test), encoding="utf-8")
    return read_rulebook(folder)


def test_every_test_module_and_file_of_the_delivered_rulebook_exists() -> None:
    pages = {place.page for rule in load_rulebook().rules for place in rule.enforced if place.page is not None}
    assert checkout() is not None
    assert absences(load_rulebook(), root=checkout(), pages=pages) == []


def test_only_functions_that_pytest_collects_are_tests(root: Path) -> None:
    assert defined_tests(root / "tests" / "test_it.py") == {"test_here", "test_later", "TestGroup::test_in_a_class"}


@pytest.mark.parametrize("name", ["test_here", "test_later", "TestGroup::test_in_a_class"])
def test_a_test_that_is_there_is_found(root: Path, name: str) -> None:
    assert absences(book(root, test=f"tests/test_it.py::{name}"), root=root, pages=()) == []


@pytest.mark.parametrize(
    ("test", "said"),
    [
        pytest.param("tests/test_it.py::test_in_words_only", "has no test 'test_in_words_only'", id="a-word-in-a-text"),
        pytest.param("tests/test_it.py::test_inside", "has no test 'test_inside'", id="inside-another-function"),
        pytest.param("tests/test_it.py::test_in_a_class", "has no test 'test_in_a_class'", id="without-its-class"),
        pytest.param("tests/test_it.py::test_heer", "did you mean 'test_here'?", id="misspelt"),
        pytest.param("tests/test_other.py::test_here", "does not exist", id="in-a-file-that-is-not-there"),
    ],
)
def test_a_test_that_is_not_there_is_told_with_its_line(root: Path, test: str, said: str) -> None:
    (line,) = absences(book(root, test=test), root=root, pages=())
    assert line.startswith(f"{root / 'rulebook' / 'plates.yml'}:15:9: R7: ")
    assert said in line


@pytest.mark.parametrize(
    "place", ["module: quietude.ingest.masks", "module: quietude.ingest", "page: home", "file: tests/test_it.py"]
)
def test_a_place_that_is_there_is_found(root: Path, place: str) -> None:
    assert absences(book(root, place=place), root=root, pages={"home"}) == []


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("module: quietude.ingest.maskers", "there is no module 'quietude.ingest.maskers'"),
        ("page: hom", "there is no page 'hom'; did you mean 'home'?"),
        ("file: tests/test_other.py", "there is no file 'tests/test_other.py'"),
    ],
)
def test_a_place_that_is_not_there_is_told_with_its_line(root: Path, place: str, said: str) -> None:
    (line,) = absences(book(root, place=place), root=root, pages={"home"})
    assert ":13:9: R7: " in line
    assert said in line


def test_without_a_checkout_only_modules_and_pages_are_looked_for(root: Path) -> None:
    gone = book(root, test="tests/test_gone.py::test_gone", place="file: gone.txt")
    assert absences(gone, root=None, pages=()) == []
    assert len(absences(book(root, place="page: gone"), root=None, pages=())) == 1
