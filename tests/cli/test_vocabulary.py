"""`quietude vocabulary` reports, proposes, writes and recodes."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from rdflib import SKOS, Graph
from tests.ingest.little_town import CROSSWALK, HEADER, LittleTown, row

from quietude.cli.vocabulary import command
from quietude.config import Settings, read_settings
from quietude.model.vocabulary import load_vocabulary

LOGBOOK = HEADER + row("1") + row("2", kind="dépôt") + row("3", kind="[] rodéo moto") + row("4", kind="[] rodéo moto")
SECOND = CROSSWALK.replace("version: 1", "version: 2").replace("bruit,noise,", "bruit,noise.music,")


@pytest.fixture
def little(tmp_path: Path) -> LittleTown:
    """Return a town whose logbook has a value that its crosswalk does not know."""
    town = LittleTown(tmp_path)
    town.write(LOGBOOK)
    town.town()
    return town


@pytest.fixture
def settings(little: LittleTown) -> Settings:
    environ = {
        "QUIETUDE_TOWN": "town",
        "QUIETUDE_TOWNS_DIR": str(little.folder),
        "QUIETUDE_DATA_DIR": str(little.folder / "data"),
        "QUIETUDE_VAR_DIR": str(little.folder / "kept"),
    }
    return read_settings(environ, working_dir=little.folder)


def run(settings: Settings, *arguments: str) -> Result:
    return CliRunner().invoke(command, arguments, obj=settings, env={"COLUMNS": "160"})


def file_facts(little: LittleTown, settings: Settings) -> None:
    from quietude.store.api import Store

    assert little.run(Store.open(settings.facts_dir, levels=("quarter",), timezone="Europe/Paris")).error is None


def test_report_counts_the_files_where_nothing_is_filed(settings: Settings) -> None:
    result = run(settings, "report", "logbook")
    assert result.exit_code == 0, result.output
    assert "logbook: 50.00% of 4 rows have a code (logbook@1)" in " ".join(result.output.split())
    assert "1 unmapped values" in result.output
    assert "[] rodéo moto" in result.output


def test_report_of_every_source_has_a_line_each(settings: Settings) -> None:
    result = run(settings, "report")
    assert result.exit_code == 0, result.output
    assert "logbook" in result.output
    assert "50.00" in result.output


def test_suggest_proposes_three_codes_with_their_scores(settings: Settings) -> None:
    result = run(settings, "suggest", "logbook")
    lines = result.output.splitlines()
    assert result.exit_code == 0, result.output
    assert lines[0].split(maxsplit=1) == ["2", "[] rodéo moto"]
    assert len(lines) == 4
    assert "traffic.rodeo" in lines[1]


def test_suggested_rows_can_be_reviewed_in_the_crosswalk(settings: Settings) -> None:
    result = run(settings, "suggest", "logbook", "--csv")
    assert result.output.startswith("[] rodéo moto,traffic.rodeo")
    assert ",broad," in result.output


def test_suggest_says_when_every_value_is_known(settings: Settings, little: LittleTown) -> None:
    little.write(HEADER + row("1"))
    assert "every value is known to logbook.csv" in run(settings, "suggest", "logbook").output


@pytest.mark.parametrize("form", ["turtle", "json-ld"])
def test_export_writes_every_concept(settings: Settings, tmp_path: Path, form: str) -> None:
    out = tmp_path / "vocabulary.out"
    result = run(settings, "export", "--format", form, "--base", "https://example.org/q#", "--out", str(out))
    assert result.exit_code == 0, result.output
    graph = Graph().parse(out, format=form)
    notations = {str(code) for code in graph.objects(None, SKOS.notation)}
    assert {term.code for term in load_vocabulary().terms} <= notations


def test_recode_previews_changes_and_takes_back(settings: Settings, little: LittleTown) -> None:
    file_facts(little, settings)
    (little.folder / "town" / "crosswalks" / "logbook.csv").write_text(SECOND, encoding="utf-8")
    assert "1 facts would change" in run(settings, "recode", "logbook", "--dry-run").output
    assert "1 facts changed; take it back with" in run(settings, "recode", "logbook").output
    assert "nothing to change" in run(settings, "recode", "logbook").output
    assert "recoding 1 is taken back, 1 facts changed" in run(settings, "recode", "logbook", "--undo").output
    assert "1 facts would change" in run(settings, "recode", "logbook", "--dry-run").output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("report", "nothing"), "town has no source 'nothing'; it has: logbook"),
        (("recode", "logbook", "--undo"), "no recoding to undo"),
        (("recode", "logbook", "--undo", "--to-version", "1"), "exclude each other"),
        (("recode", "logbook", "--to-version", "4"), "version 4 was never in the store"),
    ],
)
def test_what_cannot_be_done_is_said_without_a_trace(settings: Settings, arguments: tuple[str, ...], said: str) -> None:
    result = run(settings, *arguments)
    assert result.exit_code != 0
    assert said in result.output
    assert "Traceback" not in result.output
