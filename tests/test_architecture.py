"""The frame, as law: layers, one door per package, sizes, and what may never be in the code."""

from __future__ import annotations

import ast
import gc
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "quietude"
MODULE_LINES = 400
FUNCTION_LINES = 60
OPEN_PACKAGES = {"model", "config"}
"""Packages that may be entered anywhere; the others only by their `api` module."""


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def python_files(*folders: str) -> list[Path]:
    return sorted(
        path for folder in folders for path in (ROOT / folder).rglob("*.py") if "node_modules" not in path.parts
    )


ALL_FILES = python_files("src", "tests", "bench", "tools")


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def each(paths: Iterable[Path]) -> Callable[[Callable[[Path], None]], Callable[[], None]]:
    """Return what makes one test of a check of one file: it goes over all of them and names each that fails.

    A test a file, a dozen times over a thousand files, costs minutes of bookkeeping and finds the same.
    """
    looked_at = list(paths)

    def decorate(check: Callable[[Path], None]) -> Callable[[], None]:
        def over_all() -> None:
            assert looked_at, "no file to look at"
            faults: dict[str, str] = {}
            for path in looked_at:
                try:
                    check(path)
                except AssertionError as error:
                    faults[named(path)] = str(error)
            gc.freeze()  # parsed files stay for the next check: let no collection walk through them again
            assert faults == {}

        over_all.__name__, over_all.__doc__ = check.__name__, check.__doc__
        return over_all

    return decorate


def test_a_check_over_files_names_those_that_fail() -> None:
    def check(path: Path) -> None:
        assert path.name != "conftest.py"

    with pytest.raises(AssertionError, match=r"tests/conftest\.py"):
        each([ROOT / "tests" / "conftest.py", ROOT / "pyproject.toml"])(check)()
    with pytest.raises(AssertionError, match="no file"):
        each([])(check)()


def package_of(module: str) -> str | None:
    """Return the package of a dotted name of ours: "store" for "quietude.store.api"."""
    parts = module.split(".")
    return parts[1] if parts[0] == "quietude" and len(parts) > 1 else None


def imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield (line, dotted name) of every import; `from a import b` yields "a.b", since b may be a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def test_import_contracts_hold() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout[-3000:] + result.stderr[-1000:]


@each(ALL_FILES)
def test_module_is_short_enough(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= MODULE_LINES, f"{named(path)} has {lines} lines, at most {MODULE_LINES}: split it by subject"


@each(ALL_FILES)
def test_functions_are_short_enough(path: Path) -> None:
    long = [
        f"{named(path)}:{node.lineno} {node.name} has {node.end_lineno - node.lineno + 1} lines"
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > FUNCTION_LINES
    ]
    assert not long, long


@each(python_files("src"))
def test_another_package_is_entered_by_its_door(path: Path) -> None:
    own = path.relative_to(SOURCE).parts[0].removesuffix(".py")
    trespasses = [
        f"{named(path)}:{line} imports {name}; use quietude.{package}.api"
        for line, name in imports(parsed(path))
        if (package := package_of(name)) not in {None, own, *OPEN_PACKAGES}
        and name.split(".")[2:3] not in ([], ["api"], ["__version__"])
        and package != "__version__"
    ]
    assert not trespasses, trespasses


@each(python_files("src/quietude/model"))
def test_the_model_does_no_input_or_output(path: Path) -> None:
    forbidden = {"django", "duckdb", "deltalake", "sqlite3", "socket", "subprocess", "urllib", "requests", "os"}
    found = [f"{named(path)}:{line} {name}" for line, name in imports(parsed(path)) if name.split(".")[0] in forbidden]
    assert not found, found


@each(ALL_FILES)
def test_nothing_is_silenced_without_a_reason(path: Path) -> None:
    silenced = [
        f"{named(path)}:{number}"
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if ("# type: ignore" in line and "# type: ignore[" not in line) or line.rstrip().endswith("# noqa")
    ]
    assert not silenced, silenced


def test_no_town_is_named_in_the_code() -> None:
    towns = [folder.name for folder in (ROOT / "towns").iterdir() if (folder / "town.yml").is_file()]
    assert towns, "no town is configured"
    # "bench" and the settings' default town are configuration, not behaviour
    allowed = {SOURCE / "config.py", SOURCE / "cli" / "demo.py"}
    named_towns = [
        f"{named(path)}:{node.lineno} {node.value!r}"
        for path in python_files("src")
        if path not in allowed
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in set(towns) - {"bench"}
    ]
    assert not named_towns, named_towns


def test_every_package_of_the_source_says_what_it_is_for() -> None:
    silent = [
        named(path)
        for path in python_files("src")
        if "migrations" not in path.parts
        and path.read_text(encoding="utf-8").strip()
        and not ast.get_docstring(parsed(path))
    ]
    assert not silent, silent


def test_tests_mirror_the_source() -> None:
    """Each test module of a package's tests lies in the folder of the package it tests."""
    packages = {path.name for path in SOURCE.iterdir() if path.is_dir() and (path / "__init__.py").exists()}
    own = {"absence", "browser", "security", "tools", "towns"}
    folders = {path.name for path in (ROOT / "tests").iterdir() if path.is_dir() and not path.name.startswith("_")}
    assert folders <= packages | own, folders - packages - own
