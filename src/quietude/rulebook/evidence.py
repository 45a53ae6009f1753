"""Whether what the rulebook names is really there: tests, modules, files and pages."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from functools import cache
from pathlib import Path

from quietude.rulebook.book import Rulebook, Theme
from quietude.rulebook.rule import Place, Rule
from quietude.sources.api import suggest

PACKAGE = Path(__file__).parents[1]


def checkout() -> Path | None:
    """Return the root of the checkout that this code runs from, or None where it is installed without its tests."""
    root = PACKAGE.parents[1]
    return root if (root / "tests").is_dir() and (root / "pyproject.toml").is_file() else None


@cache
def tests_of(path: Path) -> frozenset[str]:
    """Return the tests that a file of Python defines: "test_x", and "TestX::test_y" of its classes."""
    found: set[str] = set()
    for node in ast.parse(path.read_text(encoding="utf-8"), filename=str(path)).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.ClassDef):
            found.update(f"{node.name}::{inner.name}" for inner in node.body if isinstance(inner, ast.FunctionDef))
    return frozenset(name for name in found if name.split("::")[-1].startswith("test_"))


def absences(book: Rulebook, *, root: Path | None, pages: Collection[str]) -> list[str]:
    """Return one line for each test or place that the rulebook names and that is not there: file, line, remedy.

    Without a checkout (`root` is None) tests and files cannot be looked for and are passed over.
    """
    return [said for theme in book.themes for said in _absences(theme, root, pages)]


def _absences(theme: Theme, root: Path | None, pages: Collection[str]) -> Iterator[str]:
    for number, rule in enumerate(theme.rules):
        for key, place, said in (*_missing_tests(rule, root), *_missing_places(rule, root, pages)):
            line, column = theme.marks.find(("rules", number, key, place))
            yield f"{theme.path}:{line}:{column}: {rule.id}: {said}"


def _missing_tests(rule: Rule, root: Path | None) -> Iterator[tuple[str, int, str]]:
    if root is None:
        return
    for place, test in enumerate(rule.tests):
        path, _sep, name = test.partition("::")
        if not (root / path).is_file():
            yield "tests", place, f"{path} does not exist; correct the name or write the test"
        elif name not in tests_of(root / path):
            yield "tests", place, f"{path} has no test {name!r}{suggest(name, sorted(tests_of(root / path)))}"


def _missing_places(rule: Rule, root: Path | None, pages: Collection[str]) -> Iterator[tuple[str, int, str]]:
    for number, place in enumerate(rule.enforced):
        if not _exists(place, root, pages):
            kind = next(kind for kind in ("module", "page", "file") if getattr(place, kind) is not None)
            nearest = suggest(place.name, sorted(pages)) if kind == "page" else ""
            yield "enforced", number, f"there is no {kind} {place.name!r}{nearest}; correct the name or remove it"


def _exists(place: Place, root: Path | None, pages: Collection[str]) -> bool:
    if place.page is not None:
        return place.page in pages
    if place.file is not None:
        return root is None or (root / place.file).is_file()
    path = PACKAGE.parent / Path(*place.name.split("."))
    return path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()
