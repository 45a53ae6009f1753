"""`quietude rules` reads the rulebook and checks what it names."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from quietude.cli.rules import command
from quietude.config import Settings, read_settings
from quietude.rulebook.api import load_rulebook, rulebook_folder


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return read_settings({"QUIETUDE_VAR_DIR": str(tmp_path)}, working_dir=tmp_path)


def run(settings: Settings, *arguments: str) -> Result:
    return CliRunner().invoke(command, arguments, obj=settings, env={"COLUMNS": "200"})


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """Return a folder with a copy of the rulebook, to be spoilt."""
    folder = tmp_path / "rulebook"
    folder.mkdir()
    for path in rulebook_folder().glob("*.yml"):
        (folder / path.name).write_bytes(path.read_bytes())
    return folder


def test_every_rule_is_listed_with_its_status(settings: Settings) -> None:
    result = run(settings, "list")
    assert result.exit_code == 0, result.output
    assert all(rule.title.fr in result.output for rule in load_rulebook().rules)
    assert f"{len(load_rulebook().rules)} rules: " in result.output


@pytest.mark.parametrize(("at", "is_there"), [("2026-08-01", False), ("2026-08-02", True)])
def test_only_rules_in_force_on_the_day_are_listed(settings: Settings, at: str, is_there: bool) -> None:
    result = run(settings, "list", "--at", at, "--language", "en")
    assert result.exit_code == 0, result.output
    assert ("What a model makes says so" in result.output) == is_there


def test_what_the_delivered_rulebook_names_is_there(settings: Settings) -> None:
    result = run(settings, "check")
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        pytest.param(
            "::test_any_plate_of_a_vehicle_is_masked", "::test_any_plate", "has no test 'test_any_plate'", id="test"
        ),
        pytest.param("quietude.ingest.plates", "quietude.ingest.gone", "no module 'quietude.ingest.gone'", id="module"),
        pytest.param("page: account_login", "page: account_logon", "did you mean 'account_login'?", id="page"),
        pytest.param("mark: choice", "mark: rumour", "mark: Input should be 'source'", id="not-even-a-rulebook"),
    ],
)
def test_what_is_not_there_fails_with_file_line_and_remedy(
    settings: Settings, other: Path, before: str, after: str, said: str
) -> None:
    changed = next(path for path in other.glob("*.yml") if before in path.read_text(encoding="utf-8"))
    changed.write_text(changed.read_text(encoding="utf-8").replace(before, after), encoding="utf-8")
    result = run(settings, "check", "--folder", str(other))
    assert result.exit_code == 1
    assert f"{changed}:" in result.output
    assert said in result.output
    assert "Traceback" not in result.output


def test_a_day_that_is_none_is_refused(settings: Settings) -> None:
    result = run(settings, "list", "--at", "yesterday")
    assert result.exit_code == 2
    assert "%Y-%m-%d" in result.output
