"""The documentation says what the software has: every setting, command, measurement and link."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import click
import pytest

from quietude.cli.main import COMMANDS, main
from quietude.config import Settings

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\[[^\]]*\]\((?!https?:|mailto:|#)([^)#\s]+)[^)]*\)|<img[^>]+src=\"([^\"]+)\"")


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_readme_is_short_and_starts_with_the_two_commands() -> None:
    lines = text_of("README.md").splitlines()
    assert len(lines) <= 100
    head = "\n".join(lines[:15])
    assert "make demo" in head
    assert "make test" in head


def test_readme_shows_a_screenshot() -> None:
    images = re.findall(r"!\[[^\]]+\]\(([^)]+\.(?:png|webp|jpg))\)", text_of("README.md"))
    assert images
    assert all((ROOT / image).stat().st_size > 10_000 for image in images)


@pytest.mark.parametrize("setting", [field.name for field in fields(Settings)])
def test_every_setting_is_documented(setting: str) -> None:
    docstrings = text_of("src/quietude/config.py")
    variable = re.search(rf"{setting}: .*\n\s+\"\"\".*?\(([A-Z_]+)", docstrings)
    assert variable is not None, f"{setting}: its docstring names no environment variable"
    assert f"`{variable[1]}`" in text_of("docs/settings.md")


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_is_documented(name: str) -> None:
    documented = text_of("docs/commands.md")
    assert f"`quietude {name}" in documented
    command = main.get_command(click.Context(main), name)
    assert command is not None
    assert command.help
    subcommands = list(command.commands) if isinstance(command, click.Group) else []
    missing = [sub for sub in subcommands if f"quietude {name} {sub}" not in documented]
    assert not missing, missing


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    targets = [first or second for first, second in LINK.findall(page.read_text(encoding="utf-8"))]
    broken = [target for target in targets if not (page.parent / target).exists()]
    assert not broken, broken


def test_every_make_target_is_in_the_readme_or_the_guide() -> None:
    targets = re.findall(r"^([a-z]+):.*## ", text_of("Makefile"), flags=re.MULTILINE)
    documented = text_of("README.md") + text_of("docs/developing.md")
    missing = [target for target in targets if f"make {target}" not in documented]
    assert not missing, missing


def test_every_measurement_has_its_figures_on_the_page() -> None:
    measurements = {
        path.stem
        for path in (ROOT / "bench").glob("*.py")
        if path.stem != "__main__" and '__name__ == "__main__"' in path.read_text(encoding="utf-8")
    }
    page = text_of("docs/benchmarks.md")
    missing = [name for name in sorted(measurements) if f"<!-- figures of {name} -->" not in page]
    assert not missing, missing


def test_decisions_are_one_page_each() -> None:
    long = [
        page.name
        for page in (ROOT / "docs" / "decisions").glob("*.md")
        if len(page.read_text(encoding="utf-8").splitlines()) > 60
    ]
    assert not long, long
