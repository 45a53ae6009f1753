"""`quietude geocode` finds, measures and fits, and names what it cannot do."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.ingest.locate.made_up_town import write_town

from quietude.cli.geocode import command
from quietude.config import Settings, read_settings


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("towns")
    town = write_town(folder)
    environ = {
        "QUIETUDE_TOWN": "trial",
        "QUIETUDE_TOWNS_DIR": str(folder),
        "QUIETUDE_DATA_DIR": str(town),
        "QUIETUDE_VAR_DIR": str(folder / "var"),
    }
    return read_settings(environ, working_dir=folder)


def run(settings: Settings, *arguments: str) -> Result:
    return CliRunner().invoke(command, arguments, obj=settings)


def test_search_shows_places_with_their_doubt(settings: Settings) -> None:
    result = run(settings, "search", "3, rue numero abricot")
    assert result.exit_code == 0, result.output
    assert "1. Rue Numéro Abricot (address:number)" in result.output
    assert "43.21100, 5.30100 ±" in result.output
    assert "quartier west" in result.output


def test_search_says_when_nothing_is_alike(settings: Settings) -> None:
    result = run(settings, "search", "xyzzy")
    assert (result.exit_code, "no place of trial is like 'xyzzy'" in result.output) == (1, True)


def test_evaluate_prints_the_baseline_beside_the_shares(settings: Settings) -> None:
    result = run(settings, "evaluate")
    assert result.exit_code == 0, result.output
    for words in ("Baseline", "located", "true zone", "Brier", "promised", "learned: reached"):
        assert words in result.output


def test_calibrate_writes_the_towns_own_numbers(settings: Settings, tmp_path: Path) -> None:
    target = tmp_path / "own.json"
    result = run(settings, "calibrate", "--out", str(target))
    assert result.exit_code == 0, result.output
    assert json.loads(target.read_bytes())["provenance"]["source"] == "trial/reports"


@pytest.mark.parametrize("name", ["evaluate", "calibrate"])
def test_an_unknown_source_is_named(settings: Settings, name: str) -> None:
    result = run(settings, name, "--source", "absent")
    assert (result.exit_code, "no source 'absent'" in result.output) == (1, True)


@pytest.mark.parametrize("arguments", [("search", "x"), ("evaluate",), ("calibrate",)])
def test_a_town_that_cannot_be_read_is_named(settings: Settings, arguments: tuple[str, ...]) -> None:
    result = run(replace(settings, town="absent"), *arguments)
    assert result.exit_code == 1
    assert "town.yml" in result.output
